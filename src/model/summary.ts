import type {Experiment} from '../experiment/schema.js';
import {inputSize} from '../experiment/input-size.js';
import {printable, thousands} from '../util/format.js';
import {fileBackbone} from './layers/backbone-file.js';
import {FACE_RECOGNITION} from './layers/backbone.js';
import {scalingText} from './layers/scaling.js';
import {modelPlans, type ModelPlan} from './plan.js';
import {layerTable, type LayerRow} from './shapes.js';
import {boxTable, type BoxColumn} from '../util/table.js';

const BYTES_OF_FLOAT = 4;

/** Ends of the columns, as fractions of the line, and the length of a line that has room. */
const narrow = {ends: [0.45, 0.8, 1], length: 88};
const wide = {ends: [0.3, 0.56, 0.74, 1], length: 108};

/**
 * Formats one network exactly as Keras 3 prints it: a network that branches as the wide table with
 * connections.
 *
 * @param columns Width of the terminal. Default: no limit, for a file.
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
    `(None, ${row.outputShape.join(', ')})`,
    thousands(row.trainable + row.fixed),
    ...(connections ? [connectionsText(row)] : []),
  ]);
  return [`Model: "${name}"`, boxTable(layout, cells), ...totals(rows)].join('\n');
}

/** Formats all networks of an experiment: the content of `summary.txt`. */
export function experimentSummary(experiment: Experiment, columns?: number): string {
  const tables = modelPlans(experiment).map(plan =>
    modelSummary(layerTable(experiment, plan), plan, columns),
  );
  return `${[...tables, ...backboneText(experiment)].join('\n\n')}\n`;
}

/** What is used of a backbone's file, and what it takes. */
function backboneText({data, model: {backbone}}: Experiment): string[] {
  if (backbone === undefined || backbone.network === FACE_RECOGNITION) return [];
  const size = inputSize(data);
  const {layers, last, scaling} = fileBackbone(backbone, [...size, 3]);
  const learning = backbone.from ?? (backbone.frozen === false ? 'its first layer' : undefined);
  return [
    [
      `Backbone: ${printable(backbone.network)}`,
      ` ${layers.length} layers, up to ${printable(last)}`,
      ` Images of ${size.join('x')}, values ${scalingText(scaling)}`,
      learning === undefined
        ? ' Its weights stay as they are'
        : ` Learns from ${printable(learning)} on, without batch normalization`,
    ].join('\n'),
  ];
}

function connectionsText({inputs}: LayerRow): string {
  return inputs.length === 0 ? '-' : inputs.map(input => `${input}[0][0]`).join(', ');
}

function branches(rows: readonly LayerRow[]): boolean {
  const sources = rows.flatMap(({inputs}) => inputs);
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

/** Formats `200,004 (781.27 KB)` as Keras does: units of 1024, two digits. */
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
/** The room in a panel of the interface at 60 columns. */
const MIN_LENGTH = 52;

/** Returns the room for text in each column. Keras first ignores the borders, then subtracts them evenly. */
function columnWidths(
  {ends, length}: {readonly ends: readonly number[]; readonly length: number},
  columns: number,
): number[] {
  const line = Math.max(MIN_LENGTH, Math.min(length, columns - MARGIN));
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

/** Rounds as Python: 2.5 is 2, 3.5 is 4. */
function roundHalfToEven(value: number): number {
  const below = Math.floor(value);
  if (value - below !== 0.5) return Math.round(value);
  return below % 2 === 0 ? below : below + 1;
}
