import stringWidth from 'string-width';
import type {Experiment} from '../experiment/schema.js';
import {thousands} from '../util/format.js';
import {layerTable, type LayerRow} from './shapes.js';
import {modelPlans, type ModelPlan} from './plan.js';

const BYTES_OF_FLOAT = 4;

/** The table that Keras 3 prints for one network; with several outputs the one that says what is connected to what. */
export function modelSummary(rows: readonly LayerRow[], plan: ModelPlan): string {
  const wide = plan.heads.length > 1;
  const header = ['Layer (type)', 'Output Shape', 'Param #', ...(wide ? ['Connected to'] : [])];
  const body = rows.map(row => [
    `${row.name} (${row.type})`,
    `(None, ${row.output.join(', ')})`,
    thousands(row.trainable + row.fixed),
    ...(wide ? [row.connectedTo === undefined ? '-' : `${row.connectedTo}[0][0]`] : []),
  ]);
  return [`Model: "${plan.name}"`, table(header, body), ...totals(rows)].join('\n');
}

/** The tables of all networks of an experiment: what `summary.txt` holds. */
export function experimentSummary(experiment: Experiment): string {
  const tables = modelPlans(experiment).map(plan =>
    modelSummary(layerTable(experiment, plan), plan),
  );
  return `${tables.join('\n\n')}\n`;
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
  const units = ['B', 'KB', 'MB', 'GB'];
  let size = parameters * BYTES_OF_FLOAT;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${thousands(parameters)} (${size.toFixed(2)} ${units[unit]})`;
}

/** Box-drawn, numbers to the right. */
function table(header: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = header.map((title, column) =>
    Math.max(stringWidth(title), ...body.map(row => stringWidth(row[column] ?? ''))),
  );
  const rule = (left: string, middle: string, right: string, line: string): string =>
    `${left}${widths.map(width => line.repeat(width + 2)).join(middle)}${right}`;
  const line = (cells: readonly string[], bar: string): string =>
    `${bar}${widths.map((width, column) => ` ${cell(cells[column] ?? '', width, column === 2)} `).join(bar)}${bar}`;
  return [
    rule('┏', '┳', '┓', '━'),
    line(header, '┃'),
    rule('┡', '╇', '┩', '━'),
    ...body.map(row => line(row, '│')),
    rule('└', '┴', '┘', '─'),
  ].join('\n');
}

function cell(text: string, width: number, right: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - stringWidth(text)));
  return right ? blanks + text : text + blanks;
}
