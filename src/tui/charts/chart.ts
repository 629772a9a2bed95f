import {plot, type PlotConfig} from 'asciichart';
import {nameFolding} from '../text/columns.js';
import {fit, widthOf} from '../text/fit.js';
import {cutLine, lineWidth, span, type Line, type Role} from '../text/line.js';
import {linearAxis, logAxis, type ValueAxis} from './axis.js';
import {resample, type Point} from './resample.js';
import {axisMark, drawnOver, strokes, type Mark, type Stroke} from './strokes.js';

export type Series = {
  readonly name: string;
  /** For a legend with little room. */
  readonly short?: string;
  /** Its number in the legend. */
  readonly value?: string;
  /** The same with little room. */
  readonly shortValue?: string;
  /** Whether its name may be cut, as those of designs and heads. */
  readonly isName?: true;
  readonly role: Role;
  readonly stroke: Stroke;
  /** In the order of their places; values that are not finite leave no mark. */
  readonly points: readonly Point[];
};

/** A sign on a curve. */
export type ChartMark = Point & {readonly sign: string; readonly role: Role};

type ChartOptions = {
  /** Later series cover earlier ones. */
  readonly series: readonly Series[];
  /** Values at the ends of the axis; without it, the axis fits what is visible. */
  readonly range?: readonly [min: number, max: number] | undefined;
  readonly log?: boolean;
  /** First and last place of the axis below. */
  readonly window: readonly [from: number, to: number];
  readonly marks?: readonly ChartMark[];
  /** A place that is pointed out. */
  readonly cursor?: number | undefined;
  /** Size in columns and lines; the axis below and a legend take a line each. */
  readonly width: number;
  readonly height: number;
  readonly ascii: boolean;
};

const LABEL_COLUMNS = 6;
/** Mark of a curve and the blanks beside it. */
const LEGEND_MARK = 4;
const LEAST_NAME = 4;
/** The end of the axis, the places below it, and the legend. */
const LINES_AROUND = 3;

type Grid = (Mark | undefined)[][];

/** Curves drawn by asciichart: values at the left, epochs below. */
export function chart(options: ChartOptions): Line[] {
  const {series, width, window, ascii, cursor} = options;
  const columns = Math.max(2, width - LABEL_COLUMNS - 1);
  const curves = series.map(curve => ({
    ...curve,
    ...resample(curve.points, window, columns + 1),
  }));
  const values = axisFor(
    options,
    curves.flatMap(curve => curve.values),
  );
  const grid: Grid = Array.from({length: values.rows + 1}, () => []);
  const axis = grid.map(() => axisMark(ascii));
  for (const curve of curves) draw(grid, axis, curve, values, columns, ascii);
  for (const {at, value, sign, role} of options.marks ?? []) {
    const column = columnOf(at, window, columns);
    const row = grid[values.rows - Math.round(values.rowOf(value))];
    if (row !== undefined && column !== undefined)
      row[Math.max(0, column - 1)] = {text: sign, role};
  }
  const pointed = cursor === undefined ? undefined : columnOf(cursor, window, columns);
  if (pointed !== undefined)
    for (const row of grid)
      row[Math.max(0, pointed - 1)] ??= {text: ascii ? ':' : '┊', role: 'accent'};
  const lines = grid.map((cells, row): Line => {
    const label = fit(values.labels.get(values.rows - row) ?? '', LABEL_COLUMNS, 'right');
    return [span(label, 'faint'), axis[row] as Mark, ...joined(cells, columns)];
  });
  return [...lines, placesBelow(window, columns, pointed === undefined ? undefined : cursor)];
}

/** The column of a place, counted from 0 on the axis; undefined outside of the window. */
function columnOf(
  at: number,
  [from, to]: ChartOptions['window'],
  columns: number,
): number | undefined {
  const column = Math.round(((at - from) * columns) / (to - from));
  return column >= 0 && column <= columns ? column : undefined;
}

function axisFor({range, log, height}: ChartOptions, visible: readonly number[]): ValueAxis {
  const room = Math.max(1, height - LINES_AROUND);
  const positive = visible.filter(value => value > 0);
  if (log === true && positive.length > 0)
    return logAxis(Math.min(...positive), Math.max(...positive), room);
  const [min, max] = range ?? [Math.min(...visible), Math.max(...visible)];
  return Number.isFinite(min) ? linearAxis(min, max, room) : linearAxis(0, 1, room);
}

type PlacedCurve = Series & {readonly start: number; readonly values: readonly number[]};

/** asciichart gets rows in place of values, so that its rows are those of the labels. */
function draw(
  grid: Grid,
  axis: Mark[],
  {role, stroke, start, values}: PlacedCurve,
  {rows, rowOf}: ValueAxis,
  columns: number,
  ascii: boolean,
): void {
  const [first] = values;
  if (first === undefined) return;
  const symbols = strokes[ascii ? 'ascii' : 'unicode'][stroke];
  // One value alone would leave no mark.
  const levels = values.length === 1 ? [first, first] : values;
  const plain = plot(levels.map(rowOf), {
    min: 0,
    max: rows,
    height: rows,
    offset: 1,
    format: () => ' ',
    symbols: [...symbols] as NonNullable<PlotConfig['symbols']>,
  });
  plain.split('\n').forEach((text, row) => {
    const cells = grid[row] ?? [];
    [...text].slice(1).forEach((character, index) => {
      const column = Math.min(start, columns - 1) + index;
      if (character !== ' ')
        cells[column] = drawnOver(cells[column], {text: character, role}, ascii);
    });
  });
  if (start === 0) axis[rows - Math.round(rowOf(first))] = {text: symbols.charAt(0), role};
}

/** Cells as pieces of one role each; a blank where a cell is empty. */
function joined(cells: readonly (Mark | undefined)[], columns: number): Line {
  const pieces: {text: string; role: Role}[] = [];
  for (let column = 0; column < columns; column++) {
    const {text, role} = cells[column] ?? {text: ' ', role: 'plain' as const};
    const last = pieces.at(-1);
    if (last?.role === role) last.text += text;
    else pieces.push({text, role});
  }
  return pieces;
}

/** Places below the axis: the cursor, the first, the last, and those between that have room. */
function placesBelow(
  [from, to]: ChartOptions['window'],
  columns: number,
  cursor: number | undefined,
): Line {
  const cells = Array.from({length: LABEL_COLUMNS + 1 + columns}, () => ' ');
  const step = niceStep(to - from, Math.max(2, Math.floor(columns / 8)));
  const between: number[] = [];
  for (let at = step * (Math.floor(from / step) + 1); at < to; at += step) between.push(at);
  const places = [to, from, ...between.reverse()].map(at => ({
    at,
    text: String(Number(at.toPrecision(6))),
  }));
  const shown = cursor === undefined ? places : [{at: cursor, text: `[${cursor}]`}, ...places];
  for (const {at, text} of shown) {
    const middle = LABEL_COLUMNS + ((at - from) * columns) / (to - from);
    const start = Math.min(cells.length - text.length, Math.round(middle - (text.length - 1) / 2));
    const room = cells.slice(Math.max(0, start - 1), start + text.length + 1);
    if (start >= 0 && room.every(cell => cell === ' ')) cells.splice(start, text.length, ...text);
  }
  return [span(cells.join(''), 'faint')];
}

function niceStep(length: number, ticks: number): number {
  const rough = Math.max(length > 1 ? 1 : 0, length / ticks);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map(factor => factor * power).find(step => step >= rough) ?? 10 * power;
}

/** A curve in the legend: its mark, its name and its number. */
type LegendEntry = {readonly series: Series; readonly name: string; readonly value: string};

/**
 * Names each curve in one line, with its number. With little room the names are short, then the last
 * numbers go, then all, and then the names leave out what they have in common.
 */
export function legend(series: readonly Series[], ascii: boolean, width: number): Line {
  const marks = strokes[ascii ? 'ascii' : 'unicode'];
  const drawn = (entries: readonly LegendEntry[], gap = ' '): Line =>
    entries.flatMap(({series: {role, stroke}, name, value}, index) => [
      span(`${index === 0 ? '' : gap}${marks[stroke].charAt(4).repeat(2)} `, role),
      span(`${name}${value}`),
    ]);
  const whole = series.map(curve => entryOf(curve, curve.name, curve.value));
  const short = series.map(curve =>
    entryOf(curve, curve.short ?? curve.name, curve.shortValue ?? curve.value),
  );
  const withNumbers = (count: number): readonly LegendEntry[] =>
    short.map((entry, index) => (index < count ? entry : {...entry, value: ''}));
  const ways = [
    drawn(whole, '  '),
    drawn(short),
    ...short.map((_, index) => drawn(withNumbers(short.length - 1 - index))),
    drawn(folded(short, width)),
  ];
  return (
    ways.find(way => lineWidth(way) <= width) ??
    cutLine(drawn(folded(withNumbers(0), width)), width)
  );
}

function entryOf(series: Series, name: string, value: string | undefined): LegendEntry {
  return {series, name, value: value === undefined ? '' : ` ${value}`};
}

/** The entries with names of designs cut to what room is left. */
function folded(entries: readonly LegendEntry[], width: number): readonly LegendEntry[] {
  const names = entries.filter(({series}) => series.isName === true);
  const fold = nameFolding(names.map(({name}) => name));
  const used = entries.reduce(
    (sum, {series, name, value}) => sum + widthOf(`${series.isName === true ? '' : name}${value}`),
    0,
  );
  const room = Math.floor((width - used - LEGEND_MARK * entries.length) / names.length);
  return entries.map(entry =>
    entry.series.isName === true
      ? {...entry, name: fold(entry.name, Math.max(LEAST_NAME, room))}
      : entry,
  );
}
