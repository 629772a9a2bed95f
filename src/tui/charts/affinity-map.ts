import {clustered} from '../../compare/affinity.js';
import {affinityText} from '../../report/tables/affinity-table.js';
import type {AffinityFile} from '../../runs/affinity-file.js';
import {oneLine} from '../../util/format.js';
import {remembering} from '../../util/remember.js';
import {cut, fit, widthOf} from '../text/fit.js';
import {cutLine, line, span, type Line, type Role, type Span} from '../text/line.js';
import {windowAround} from '../text/window.js';
import type {ChartArea} from './curves.js';
import {levels} from './heat-map.js';

const MAX_NAME = 19;
/** Cursor, number and blanks before and after a name. */
const NAME_COLUMNS = 5;
const CELL = 3;
/** Lines around the rows: numbers of the columns, two about the head under the cursor, legend. */
const LINES_AROUND = 4;
/** Heads that are named for the one under the cursor. */
const NAMED = 3;
/** The heads of a run in the order of their clusters; computed once. */
export const orderedAffinity = remembering((affinity: AffinityFile) => clustered(affinity));

/**
 * How heads affect each other: a row for each head that is affected, a cell for each that helps it. Rows
 * and columns follow the cursor.
 *
 * @param affinity In the order of its clusters.
 * @param cursor   Index of a head.
 */
export function affinityMap(
  affinity: AffinityFile,
  cursor: number,
  {width, height, ascii}: ChartArea,
): Line[] {
  const {names, matrix} = affinity;
  const nameWidth = Math.min(MAX_NAME, Math.max(...names.map(name => widthOf(oneLine(name)))));
  const rows = windowAround(names.length, cursor, height - LINES_AROUND);
  const room = Math.floor((width - nameWidth - NAME_COLUMNS) / CELL);
  const columns = windowAround(names.length, cursor, room);
  const most = largest(affinity);
  const signs = levels[ascii ? 'ascii' : 'unicode'];
  const shownColumns = names.map((_, index) => index).slice(columns.from, columns.to);
  const numbers = shownColumns.map(column =>
    span(numberOf(column), column === cursor ? 'strong' : 'faint'),
  );
  const lines = matrix.slice(rows.from, rows.to).map((values, offset): Line => {
    const row = rows.from + offset;
    const isCursor = row === cursor;
    return [
      span(isCursor ? '▸' : ' ', 'accent'),
      span(`${numberOf(row).slice(1)} `, 'faint'),
      span(
        fit(cut(oneLine(names[row] ?? ''), nameWidth), nameWidth),
        isCursor ? 'strong' : 'plain',
      ),
      span(' '),
      ...shownColumns.map(column =>
        row === column ? span(' \\ ', 'faint') : cell(values[column] ?? null, most, signs),
      ),
    ];
  });
  const blanks = ' '.repeat(nameWidth + NAME_COLUMNS);
  return [
    [span(blanks), ...numbers],
    ...lines,
    ...cursorLines(affinity, cursor),
    legend(most, signs),
  ].map(content => cutLine(content, width));
}

/** The same without a drawing, for a screen reader: a line for each head. */
export function affinityLines(affinity: AffinityFile): Line[] {
  return affinity.names.flatMap((_, head) => cursorLines(affinity, head));
}

/** Numbers from 1, as wide as a cell, since they are its title. */
function numberOf(index: number): string {
  return String((index + 1) % 100).padStart(CELL);
}

/** Minus and level of a value, twice. */
function cell(value: number | null, most: number, signs: readonly string[]): Span {
  if (value === null) return span(' '.repeat(CELL));
  const level = Math.min(
    signs.length - 1,
    Math.floor((Math.abs(value) / most) * signs.length - 1e-9),
  );
  const role: Role = value < 0 ? 'bad' : (`heat${Math.max(0, level)}` as Role);
  const sign = signs[Math.max(0, level)] ?? ' ';
  return span(`${value < 0 ? '-' : ' '}${sign.repeat(CELL - 1)}`, role);
}

function largest({matrix}: AffinityFile): number {
  const values = matrix.flatMap((row, affected) =>
    row.flatMap((value, helper) =>
      value === null || helper === affected ? [] : [Math.abs(value)],
    ),
  );
  return Math.max(...values, Number.MIN_VALUE);
}

/** By which heads the one under the cursor is helped most, and hindered most. */
function cursorLines({names, matrix}: AffinityFile, cursor: number): Line[] {
  const pairs = (matrix[cursor] ?? [])
    .flatMap((value, helper) => (value === null || helper === cursor ? [] : [{helper, value}]))
    .sort((a, b) => b.value - a.value);
  const text = (heads: typeof pairs): string =>
    heads
      .map(({helper, value}) => `${oneLine(names[helper] ?? '')} ${affinityText(value)}`)
      .join(', ');
  const head = span(oneLine(names[cursor] ?? ''), 'strong');
  const lowest = pairs.slice(NAMED).slice(-NAMED).reverse();
  return [
    [head, span(' highest with ', 'faint'), span(text(pairs.slice(0, NAMED)) || 'none')],
    ...(lowest.length === 0 ? [] : [[head, span('  lowest with ', 'faint'), span(text(lowest))]]),
  ];
}

function legend(most: number, signs: readonly string[]): Line {
  const bounds = signs.flatMap((sign, level): Line => [
    span(sign, `heat${level}` as Role),
    span(level === 0 ? ' 0  ' : ` ${affinityText((most * level) / signs.length)}  `),
  ]);
  return [...bounds, ...line('- below 0', 'faint')];
}
