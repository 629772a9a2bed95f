import stringWidth from 'string-width';

/** Columns of text, padded to line up; numbers to the right where a column is told so. */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  rightColumns: readonly number[] = [],
): string {
  const all = [header, ...rows];
  const widths = header.map((_, column) =>
    Math.max(...all.map(row => stringWidth(row[column] ?? ''))),
  );
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => padded(cell, widths[column] ?? 0, rightColumns.includes(column)))
      .join('  ')
      .trimEnd();
  return `${all.map(line).join('\n')}\n`;
}

function padded(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return right ? blanks + text : text + blanks;
}
