import {plot} from 'asciichart';
import {fit, widthOf} from '../text/fit.js';
import {cutLine, plainText, span, type Line, type Role} from '../text/line.js';
import {resample} from './resample.js';
import {axisMark, strokes, type Stroke} from './strokes.js';

export type Series = {
  readonly name: string;
  /** For a legend with little room. */
  readonly short?: string;
  readonly role: Role;
  readonly stroke: Stroke;
  /** One value for each epoch from the first on; values that are not finite leave no mark. */
  readonly values: readonly number[];
};

type ChartOptions = {
  readonly series: readonly Series[];
  /** Values at the lower and upper end of the axis. */
  readonly range: readonly [min: number, max: number];
  /** Size of the whole chart with its labels in columns and lines; legend and epochs take a line each. */
  readonly width: number;
  readonly height: number;
  /** How many epochs the axis below has. */
  readonly epochs: number;
  readonly ascii: boolean;
};

const LABEL_COLUMNS = 5;
const LINES_AROUND = 2;

type Cell = {readonly text: string; readonly role: Role};

/** Curves over epochs, drawn by asciichart: axis at the left, epochs below, legend last. */
export function chart(options: ChartOptions): Line[] {
  const {series, range, width, epochs, ascii} = options;
  const columns = Math.max(2, width - LABEL_COLUMNS - 1);
  const {rows, every} = axisSteps(Math.max(2, options.height - LINES_AROUND) - 1);
  const grid: (Cell | undefined)[][] = Array.from({length: rows + 1}, () => []);
  const axis = Array.from({length: rows + 1}, () => axisMark(ascii));
  for (const curve of series) {
    const points = visiblePoints(curve.values, epochs, columns + 1);
    if (points.length > 0) draw(grid, axis, clamped(points, range), curve, range, rows, ascii);
  }
  const [min, max] = range;
  const lines = grid.map((cells, row): Line => {
    const value = max - ((max - min) * row) / rows;
    const text = row % every === 0 ? labelText(value, max) : '';
    const label = fit(text, LABEL_COLUMNS, 'right');
    return [span(label, 'faint'), axis[row] as Cell, ...joined(cells, columns)];
  });
  return [...lines, epochAxis(epochs, columns), legend(series, ascii, width)];
}

/**
 * The most rows that divide the axis into halves, quarters, fifths or tenths.
 *
 * @returns Rows between the ends of the axis, and the number of rows from label to label.
 */
function axisSteps(room: number): {readonly rows: number; readonly every: number} {
  const steps = [4, 5, 2, 10].map(parts => {
    const every = Math.floor(room / parts);
    return {rows: every * parts, every};
  });
  const best = steps.reduce((a, b) => (b.rows > a.rows ? b : a));
  return best.rows === 0 ? {rows: room, every: 1} : best;
}

/** The part of the width that the epochs so far take. */
function visiblePoints(values: readonly number[], epochs: number, columns: number): number[] {
  if (values.length === 0) return [];
  const fraction = epochs <= 1 ? 1 : (values.length - 1) / (epochs - 1);
  return resample(values, Math.max(1, Math.round(fraction * (columns - 1)) + 1));
}

function clamped(points: readonly number[], [min, max]: ChartOptions['range']): number[] {
  return points.map(value => Math.min(max, Math.max(min, value)));
}

function draw(
  grid: (Cell | undefined)[][],
  axis: Cell[],
  points: readonly number[],
  {role, stroke}: Series,
  [min, max]: ChartOptions['range'],
  rows: number,
  ascii: boolean,
): void {
  const symbols = strokes[ascii ? 'ascii' : 'unicode'][stroke];
  const plain = plot([...points], {
    min,
    max,
    height: rows,
    offset: 1,
    format: () => ' ',
    symbols: [...symbols],
  });
  const height = plain.split('\n');
  height.forEach((text, row) => {
    [...text].slice(1).forEach((character, column) => {
      if (character !== ' ') (grid[row] as (Cell | undefined)[])[column] = {text: character, role};
    });
  });
  const start = rows - Math.round((((points[0] as number) - min) / (max - min)) * rows);
  axis[start] = {text: symbols[0], role};
}

/** Cells as pieces of one role each; a blank where a cell is empty. */
function joined(cells: readonly (Cell | undefined)[], columns: number): Line {
  const pieces: {text: string; role: Role}[] = [];
  for (let column = 0; column < columns; column++) {
    const {text, role} = cells[column] ?? {text: ' ', role: 'plain' as const};
    const last = pieces.at(-1);
    if (last?.role === role) last.text += text;
    else pieces.push({text, role});
  }
  return pieces;
}

function labelText(value: number, max: number): string {
  if (max <= 1) return value.toFixed(2);
  return max < 10 ? value.toFixed(1) : value.toFixed(0);
}

/** Epochs below the axis: the first, the last, and those between that have room. */
function epochAxis(epochs: number, columns: number): Line {
  const last = Math.max(1, epochs);
  const cells = Array.from({length: LABEL_COLUMNS + 1 + columns}, () => ' ');
  const step = niceStep(last, Math.max(2, Math.floor(columns / 8)));
  const ticks = [1];
  for (let epoch = step; epoch < last; epoch += step) if (epoch > 1) ticks.push(epoch);
  if (last > 1) ticks.push(last);
  for (const epoch of ticks.reverse()) {
    const text = String(epoch);
    const middle = LABEL_COLUMNS + (last === 1 ? 0 : ((epoch - 1) * columns) / (last - 1));
    const start = Math.min(cells.length - text.length, Math.round(middle - (text.length - 1) / 2));
    const room = cells.slice(Math.max(0, start - 1), start + text.length + 1);
    if (room.every(cell => cell === ' ')) cells.splice(start, text.length, ...text);
  }
  return [span(cells.join(''), 'faint')];
}

function niceStep(last: number, ticks: number): number {
  const rough = last / ticks;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  return [1, 2, 5, 10].map(factor => factor * power).find(step => step >= rough) ?? 10 * power;
}

/** Names each curve in one line; with little room closer together, with short names. */
export function legend(series: readonly Series[], ascii: boolean, width: number): Line {
  const drawn = (gap: string, text: (curve: Series) => string): Line =>
    series.flatMap((curve, index) => {
      const mark = strokes[ascii ? 'ascii' : 'unicode'][curve.stroke][4];
      return [span(`${index === 0 ? '' : gap}${mark}${mark} `, curve.role), span(text(curve))];
    });
  const wide = drawn('  ', ({name}) => name);
  if (widthOf(plainText(wide)) <= width) return wide;
  return cutLine(
    drawn(' ', ({name, short}) => short ?? name),
    width,
  );
}
