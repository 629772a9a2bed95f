/**
 * How charts look. Colours are variables of the page's style sheet, so that one drawing serves
 * light, dark and paper; a shape goes with each colour, so that colour alone tells nothing.
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

/** Channels that draw the rows named by `field` (their numbers, as text) each in its own style. */
export function seriesScale(rows: readonly number[]): {
  readonly color: object;
  readonly shape: object;
} {
  const domain = rows.map(String);
  const channel = (range: readonly string[]): object => ({
    field: 'row',
    type: 'nominal',
    legend: null,
    scale: {domain, range},
  });
  return {
    color: channel(rows.map(row => seriesOf(row).color)),
    shape: channel(rows.map(row => seriesOf(row).shape)),
  };
}

/** Between the lines of a label; `labelLines` splits there. */
const LINE_BREAK = '\n';

/** For the axis of wrapped labels: draws each of their lines, none cut off. */
export const wrappedAxis = {
  labelExpr: String.raw`split(datum.label, '\n')`,
  labelLimit: 0,
  labelLineHeight: 15,
};

/** Pixels that a row with labels of so many lines needs at least. */
export function rowHeight(labels: readonly string[], least: number): number {
  const lines = Math.max(1, ...labels.map(label => label.split(LINE_BREAK).length));
  return Math.max(least, 15 * lines + 10);
}

/**
 * Breaks a label into lines: behind a space, a dot, a hyphen, an underscore or an equals sign, and
 * within a word that is longer than a line.
 *
 * @param characters Most of a line.
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
