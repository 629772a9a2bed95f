import stringWidth from 'string-width';

export type Column = {
  readonly title: string;
  readonly align: 'left' | 'right';
  readonly width: number;
};

/** A table with a rule below each row; what is too long for its cell goes on in the next line. */
export function drawTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
): string {
  const rule = (left: string, middle: string, right: string, line: string): string =>
    `${left}${columns.map(({width}) => line.repeat(width + 2)).join(middle)}${right}`;
  const head = drawRow(
    columns,
    columns.map(({title}) => title),
    '┃',
  );
  const body = rows.map(row => drawRow(columns, row, '│'));
  return [
    rule('┏', '┳', '┓', '━'),
    head,
    rule('┡', '╇', '┩', '━'),
    body.join(`\n${rule('├', '┼', '┤', '─')}\n`),
    rule('└', '┴', '┘', '─'),
  ].join('\n');
}

function drawRow(columns: readonly Column[], cells: readonly string[], bar: string): string {
  const wrapped = columns.map(({width}, index) => wrap(cells[index] ?? '', width));
  const height = Math.max(...wrapped.map(lines => lines.length));
  return Array.from({length: height}, (_, line) => {
    const texts = columns.map((column, index) => pad(wrapped[index]?.[line] ?? '', column));
    return `${bar}${texts.map(text => ` ${text} `).join(bar)}${bar}`;
  }).join('\n');
}

/** Breaks at blanks; a word that is longer than a line is cut. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const joined = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && stringWidth(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.map(line => cut(line, width));
}

function cut(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const letter of text) {
    if (stringWidth(kept + letter) > width - 1) break;
    kept += letter;
  }
  return `${kept}…`;
}

function pad(text: string, {width, align}: Column): string {
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return align === 'right' ? blanks + text : text + blanks;
}
