import type {Experiment} from '../experiment/schema.js';
import {thousands} from '../util/format.js';
import {modelPlans, type ModelPlan} from './plan.js';
import {layerTable, type LayerRow} from './shapes.js';
import {boxTable, type BoxColumn} from '../util/table.js';

const BYTES_OF_FLOAT = 4;

/** Where columns end, as shares of the line, and how long a line is where there is room. */
const narrow = {ends: [0.45, 0.8, 1], length: 88};
const wide = {ends: [0.3, 0.56, 0.74, 1], length: 108};

/**
 * What Keras 3 prints for one network, to the letter: for a network that branches, the wide table
 * that says what is connected to what.
 *
 * @param columns Width of the terminal; leave it out for a file.
 */
export function modelSummary(
  rows: readonly LayerRow[],
  {name}: Pick<ModelPlan, 'name'>,
  columns = Number.POSITIVE_INFINITY,
): string {
  const connections = branches(rows);
  const titles = [
    'Layer (type)',
    'Output Shape',
    'Param #',
    ...(connections ? ['Connected to'] : []),
  ];
  const widths = columnWidths(connections ? wide : narrow, columns);
  const layout = titles.map((title, index): BoxColumn => ({
    title,
    align: index === 2 ? 'right' : 'left',
    width: widths[index] ?? 0,
  }));
  const cells = rows.map(row => [
    `${row.name} (${row.type})`,
    `(None, ${row.output.join(', ')})`,
    thousands(row.trainable + row.fixed),
    ...(connections ? [row.connectedTo === undefined ? '-' : `${row.connectedTo}[0][0]`] : []),
  ]);
  return [`Model: "${name}"`, boxTable(layout, cells), ...totals(rows)].join('\n');
}

/** The tables of all networks of an experiment: what `summary.txt` holds. */
export function experimentSummary(experiment: Experiment, columns?: number): string {
  const tables = modelPlans(experiment).map(plan =>
    modelSummary(layerTable(experiment, plan), plan, columns),
  );
  return `${tables.join('\n\n')}\n`;
}

function branches(rows: readonly LayerRow[]): boolean {
  const sources = rows.flatMap(({connectedTo}) => connectedTo ?? []);
  return new Set(sources).size < sources.length;
}

function totals(rows: readonly LayerRow[]): string[] {
  const trainable = rows.reduce((sum, row) => sum + row.trainable, 0);
  const fixed = rows.reduce((sum, row) => sum + row.fixed, 0);
  return [
    ` Total params: ${countAndMemory(trainable + fixed)}`,
    ` Trainable params: ${countAndMemory(trainable)}`,
    ` Non-trainable params: ${countAndMemory(fixed)}`,
  ];
}

/** `200,004 (781.27 KB)`: units of 1024, two digits, as Keras has them. */
function countAndMemory(parameters: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = parameters * BYTES_OF_FLOAT;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${thousands(parameters)} (${size.toFixed(2)} ${units[unit]})`;
}

const MARGIN = 4;
const LEAST_LENGTH = 60;

/** Room for text in each column. Keras leaves the borders out and takes them off evenly at the end. */
function columnWidths(
  {ends, length}: {readonly ends: readonly number[]; readonly length: number},
  columns: number,
): number[] {
  const line = Math.max(LEAST_LENGTH, Math.min(length, columns - MARGIN));
  const widths = ends.map(
    (end, index) => Math.floor(end * line) - Math.floor((ends[index - 1] ?? 0) * line),
  );
  const borders = widths.length + 1;
  let excess = widths.reduce((sum, width) => sum + width + 2, 0) + borders - line;
  return widths.map((width, index) => {
    const reduction = roundHalfToEven(excess / (widths.length - index));
    excess -= reduction;
    return width - reduction;
  });
}

/** As Python rounds: 2.5 is 2, 3.5 is 4. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
