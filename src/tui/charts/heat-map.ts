import {cut, fit, widthOf} from '../text/fit.js';
import {cutLine, line, span, type Line, type Role} from '../text/line.js';
import {fraction} from '../../util/format.js';
import {windowAround, type Window} from '../text/window.js';
import {zoomed, type ChartArea} from './curves.js';

const MAX_NAME = 20;
/** Blanks and the value after the blocks. */
const VALUE_COLUMNS = 6;
const MAX_CELL = 4;
/** Levels differ by density, so that they can be told apart without colours. */
export const levels = {
  unicode: ['·', '░', '▒', '▓', '█'],
  ascii: ['.', ':', '+', '*', '#'],
} as const;

/** A head, and its values epoch by epoch. */
export type HeatRow = {readonly head: string; readonly values: readonly number[]};

/** Lines below the heads: epochs and legend. */
const LINES_BELOW = 2;

/** The heads that are visible in so many lines, those around the cursor. */
export function visibleHeads(count: number, cursor: number, height: number): Window {
  return windowAround(count, cursor, height - LINES_BELOW);
}

/**
 * A number of many heads, such as their validation accuracy: a row for each head, a block for each epoch, and a legend.
 *
 * @param cursor Index of the head that the visible rows follow.
 */
export function heatMap(
  rows: readonly HeatRow[],
  cursor: number,
  epochs: number,
  {width, height, ascii, view}: ChartArea,
): Line[] {
  const visible = visibleHeads(rows.length, cursor, height);
  const shown = rows.slice(visible.from, visible.to);
  const nameWidth = Math.min(MAX_NAME, Math.max(0, ...rows.map(({head}) => widthOf(head))));
  const room = Math.max(1, width - nameWidth - 2 - VALUE_COLUMNS);
  const last = Math.max(1, ...rows.map(({values}) => values.length));
  const [from, to] = zoomed([1, Math.max(epochs, last)], last, view).map(Math.round) as [
    number,
    number,
  ];
  const count = to - from + 1;
  const cell = Math.max(1, Math.min(MAX_CELL, Math.floor(room / count)));
  const columns = Math.min(room, cell * count);
  const epochAt = (column: number): number => from + Math.floor((column * count) / columns);
  const bounds = levelBounds(rows, view.fit);
  const signs = levels[ascii ? 'ascii' : 'unicode'];
  const blocks = (values: readonly number[]): Line =>
    Array.from({length: columns}, (_, column) => {
      const value = values[epochAt(column) - 1] ?? Number.NaN;
      const level = levelOf(value, bounds);
      return level === undefined ? span(' ') : span(signs[level] ?? ' ', `heat${level}` as Role);
    });
  const valueText = ({values}: HeatRow): string => {
    const value = view.epoch === undefined ? values.at(-1) : values[view.epoch - 1];
    return value === undefined ? '-' : fraction(value, 3);
  };
  const heads = shown.map((row, index): Line => {
    const isCursor = visible.from + index === cursor;
    return [
      span(isCursor ? '▸' : ' ', 'accent'),
      span(fit(cut(row.head, nameWidth), nameWidth), isCursor ? 'strong' : 'plain'),
      span(' '),
      ...blocks(row.values),
      span(fit(valueText(row), VALUE_COLUMNS, 'right'), isCursor ? 'strong' : 'plain'),
    ];
  });
  const ends = `${from}${String(to).padStart(Math.max(2, columns - String(from).length))}`;
  const pointed = view.epoch === undefined ? '' : `  values at epoch ${view.epoch}`;
  const places = line(`${' '.repeat(nameWidth + 2)}${ends}${pointed}`, 'faint');
  const legend = bounds.flatMap((bound, level): Line => {
    const text = ` ${fraction(bound, 2)}${level === bounds.length - 1 ? ' and above' : '  '}`;
    return [span(signs[level] ?? '', `heat${level}` as Role), span(text)];
  });
  return [...heads, places, legend].map(content => cutLine(content, width));
}

/** Lower bounds of the levels: equal parts of the range that the values take, or of 0 to 1. */
function levelBounds(rows: readonly HeatRow[], isFit: boolean): readonly number[] {
  const values = rows.flatMap(row => row.values).filter(Number.isFinite);
  const [least, most] =
    isFit && values.length > 0 ? [Math.min(...values), Math.max(...values)] : [0, 1];
  const count = levels.unicode.length;
  // To whole hundredths, as the legend says them.
  const low = Math.floor(least * 100) / 100;
  const step = Math.max(1, Math.floor(((most - low) * 100) / count)) / 100;
  return levels.unicode.map((_, level) => low + level * step);
}

function levelOf(value: number, bounds: readonly number[]): number | undefined {
  if (!Number.isFinite(value)) return undefined;
  return Math.max(
    0,
    bounds.findLastIndex(bound => value >= bound - 1e-9),
  );
}
