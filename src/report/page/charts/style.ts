import type {GroupHead} from '../../../compare/groups.js';
import {headOf} from '../../tables/metric-columns.js';
import type {ReportRow} from '../report.js';

/**
 * How charts look. Colours are variables of the page's style sheet, so one drawing serves light,
 * dark and paper. Each colour has a shape, so that nothing depends on colour alone.
 */

/** Width of a chart in its own pixels; the page scales it to its column. */
export const CHART_WIDTH = 440;

/** Rows that one chart can tell apart. */
export const SERIES = 6;

const shapes = ['circle', 'square', 'triangle-up', 'diamond', 'cross', 'triangle-down'] as const;

export type Series = {readonly color: string; readonly shape: (typeof shapes)[number]};

export function seriesOf(row: number): Series {
  const index = row % SERIES;
  return {color: `var(--series-${index + 1})`, shape: shapes[index] ?? 'circle'};
}

/** Channels that give each row, named by the field `row`, its own style. */
export function seriesScale(rows: readonly (string | number)[]): {
  readonly color: object;
  readonly shape: object;
} {
  const channel = (key: keyof Series): object => ({
    ...{...nominal('row'), legend: null},
    scale: {domain: rows.map(String), range: rows.map(row => seriesOf(Number(row))[key])},
  });
  return {color: channel('color'), shape: channel('shape')};
}

/** A channel of texts. */
export function nominal(field: string): object {
  return {field, type: 'nominal'};
}

/** A channel of a number. @param axis null for none. */
export function quantitative(field: string, axis: object | null, scale: object = {}): object {
  return {field, type: 'quantitative', axis, scale};
}

/** The mark of an interval, and the one of a mean. */
export const interval = {type: 'rule', strokeWidth: 2.5};
export const dot = {type: 'point', filled: true, size: 90, opacity: 1};

export type HeadRow = ReportRow & {
  readonly metrics: GroupHead;
  /** Index of the row, as text for vega-lite. */
  readonly row: string;
};

export function headRows(head: string, rows: readonly ReportRow[]): HeadRow[] {
  return rows.flatMap((reportRow, index) => {
    const metrics = headOf(reportRow.group, head);
    return metrics === undefined ? [] : [{...reportRow, metrics, row: String(index)}];
  });
}

/** Between the lines of a label; `labelExpr` splits there. */
const LINE_BREAK = '\n';

/** A channel of labels from the field `axisLabel`, in the order of the data, all lines drawn. */
export const labels = {
  field: 'axisLabel',
  type: 'nominal',
  sort: null,
  axis: {
    title: null,
    grid: false,
    labelExpr: String.raw`split(datum.label, '\n')`,
    labelLimit: 0,
    labelLineHeight: 15,
  },
};

/** Height in pixels of a chart with a row per label. @param least Lowest height of a row. */
export function rowsHeight(values: readonly {readonly axisLabel: string}[], least: number): number {
  const lines = values.map(({axisLabel}) => axisLabel.split(LINE_BREAK).length);
  return Math.max(least, 15 * Math.max(1, ...lines) + 10) * values.length;
}

/**
 * Breaks a label into lines after a space, a dot, a hyphen, an underscore or an equals sign, and
 * within a word that is longer than a line.
 *
 * @param characters Maximum of a line.
 */
export function wrapped(label: string, characters: number): string {
  const lines = [''];
  for (const part of label.match(/[^ ._=-]*[ ._=-]?/g) ?? []) {
    for (let from = 0; from < part.length; from += characters) {
      const piece = part.slice(from, from + characters);
      if (`${lines.at(-1)}${piece}`.trimEnd().length > characters) lines.push('');
      lines[lines.length - 1] += piece;
    }
  }
  return lines.map(line => line.trim()).join(LINE_BREAK);
}

/** A range that contains all values with some margin, within 0 and 1. */
export function around(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const margin = Math.max(0.01, (high - low) * 0.06);
  return [Math.max(0, low - margin), Math.min(1, high + margin)];
}

const text = {font: 'inherit', labelFont: 'inherit', titleFont: 'inherit'};

export const chartConfig = {
  aria: false,
  background: 'transparent',
  padding: {left: 4, right: 12, top: 6, bottom: 4},
  autosize: {type: 'fit-x', contains: 'padding'},
  view: {stroke: null},
  font: 'inherit',
  axis: {
    ...text,
    labelColor: 'var(--muted)',
    titleColor: 'var(--muted)',
    labelFontSize: 13,
    titleFontSize: 13,
    titleFontWeight: 'normal',
    titlePadding: 8,
    labelLimit: 240,
    domain: false,
    ticks: false,
    labelPadding: 6,
    gridColor: 'var(--line)',
    tickCount: 5,
  },
  text: {font: 'inherit', fontSize: 13, color: 'var(--text)'},
  rule: {color: 'var(--muted)'},
};
