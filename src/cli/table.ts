import stringWidth from 'string-width';
import {oneLine} from '../util/format.js';

/**
 * Columns of text, padded to line up; numbers to the right where a column is told so. Cells may come
 * from anywhere: each stays on its line, and does nothing to the terminal.
 */
export function textTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  rightColumns: readonly number[] = [],
): string {
  const all = [header, ...rows].map(cells => cells.map(oneLine));
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
