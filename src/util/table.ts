import {oneLine} from './format.js';
import {cut, widthOf} from './text-width.js';

/** A table of texts, for a terminal, Markdown or HTML. Each of them makes the cells safe. */
export type Table = {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Indexes of the columns that are aligned to the right. */
  readonly right?: readonly number[];
};

/** A table for a terminal: aligned columns, one line per row, no control characters. */
export function textTable({header, rows, right = []}: Table): string {
  const lines = [header, ...rows].map(cells => cells.map(oneLine));
  const widths = header.map((_, column) =>
    Math.max(...lines.map(cells => widthOf(cells[column] ?? ''))),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => padded(cell, widths[column] ?? 0, right.includes(column)))
      .join('  ')
      .trimEnd();
  return `${lines.map(line).join('\n')}\n`;
}

/** Fills a text with blanks up to a width in terminal columns. */
export function padded(text: string, width: number, toRight = false): string {
  const blanks = ' '.repeat(Math.max(0, width - widthOf(text)));
  return toRight ? blanks + text : text + blanks;
}

export type BoxColumn = {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** In terminal columns, without the frame. */
  readonly width: number;
};

/** A table with rules between its rows, as Keras prints a model; long cells wrap. */
export function boxTable(
  columns: readonly BoxColumn[],
  rows: readonly (readonly string[])[],
): string {
  const rule = (left: string, middle: string, right: string, line: string): string =>
    `${left}${columns.map(({width}) => line.repeat(width + 2)).join(middle)}${right}`;
  const titles = columns.map(({title}) => title);
  return [
    rule('┏', '┳', '┓', '━'),
    boxRow(columns, titles, '┃'),
    rule('┡', '╇', '┩', '━'),
    rows.map(row => boxRow(columns, row, '│')).join(`\n${rule('├', '┼', '┤', '─')}\n`),
    rule('└', '┴', '┘', '─'),
  ].join('\n');
}

function boxRow(columns: readonly BoxColumn[], cells: readonly string[], bar: string): string {
  const wrapped = columns.map(({width}, index) => wrap(cells[index] ?? '', width));
  const height = Math.max(...wrapped.map(lines => lines.length));
  return Array.from({length: height}, (_, line) => {
    const texts = columns.map(({width, align}, index) =>
      padded(wrapped[index]?.[line] ?? '', width, align === 'right'),
    );
    return `${bar}${texts.map(text => ` ${text} `).join(bar)}${bar}`;
  }).join('\n');
}

/** Breaks at blanks, and cuts a word that is longer than a line. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const joined = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && widthOf(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(word);
  }
  return lines.map(line => cut(line, width));
}
