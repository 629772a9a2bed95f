import type {Comparison} from '../../compare/comparison.js';
import type {Group, GroupHead, MetricSummary} from '../../compare/groups.js';
import {
  ALL_HEADS,
  headMetricKeys,
  headMetricOf,
  isHeadMetric,
  sliceMetricKeys,
  metricFacts,
  type Metric,
  type OverallMetric,
} from '../../experiment/metrics.js';
import {fraction} from '../../util/format.js';
import {ownValue} from '../../util/own-value.js';
import {metricText} from '../text/numbers.js';

export type CellValue = string | number | undefined;

/** One fact about the groups of a comparison, for every table of every format. */
export type Column = {
  /** Name in the CSV and for `--sort`. */
  readonly key: string;
  readonly value: (group: Group) => CellValue;
  /** How people read it; columns without are for programs. */
  readonly display?: Display;
  /** The head, or `ALL_HEADS`, whose compared metric it has, which the verdict tests. */
  readonly testedHead?: string;
};

export type Display = {
  readonly title: string;
  readonly text: (group: Group) => string;
  /** For a screen: a short interval, and on a narrow one none. */
  readonly screen?: {
    readonly title: string;
    readonly text: (group: Group) => string;
    readonly narrowText: (group: Group) => string;
  };
  readonly align: 'left' | 'right';
  /**
   * When a table shows it: `always`, where its rows `differ`, or never: another table has the `detail`.
   * A screen, which has one table, shows every column whose rows differ.
   */
  readonly shown: 'always' | 'differ' | 'detail';
};

/** The head of a group; undefined where it has none of this name. */
export function headOf(group: Group, head: string): GroupHead | undefined {
  return ownValue(group.heads, head);
}

/** A column of numbers that every table shows. */
export const number = (title: string, text: (group: Group) => string): Display => ({
  ...{title, text, align: 'right', shown: 'always'},
});

/** Summaries by the names of their columns: the metric, `.sd`, `.ciLow` and `.ciHigh`. */
export const summaryFacts = [
  ['', ({mean}: MetricSummary) => mean],
  ['.sd', ({standardDeviation}: MetricSummary) => standardDeviation],
  ['.ciLow', ({ciLow}: MetricSummary) => ciLow],
  ['.ciHigh', ({ciHigh}: MetricSummary) => ciHigh],
] as const;

/** A metric over heads. People see the compared one, and the mean where the heads have no columns. */
export function overallColumns(
  key: OverallMetric,
  {metric}: Comparison,
  heads: number,
  maxHeads: number,
): Column[] {
  const summary = ({overall}: Group): MetricSummary => overall[key];
  const {title} = metricFacts(key);
  const mean = metric === 'f1' || metric === 'meanF1' ? 'meanF1' : 'meanAccuracy';
  const isMean = key === mean && heads > maxHeads;
  const meanTitle =
    key === 'meanAccuracy' ? `mean of ${heads} heads` : `${title} of ${heads} heads`;
  const shown: Partial<Column> =
    key === metric
      ? {testedHead: ALL_HEADS, display: summaryDisplay(title, metric, summary)}
      : isMean
        ? {display: number(meanTitle, group => metricText(summary(group).mean))}
        : {};
  return summaryFacts.map(([suffix, fact]) => ({
    key: `${key}${suffix}`,
    value: group => fact(summary(group)),
    ...(suffix === '' ? shown : {}),
  }));
}

/** How people read a metric with its interval; `-` where there is none. */
function summaryDisplay(
  title: string,
  metric: Metric,
  summaryOf: (group: Group) => MetricSummary | undefined,
): Display {
  const text =
    (describe: (summary: MetricSummary) => string) =>
    (group: Group): string => {
      const summary = summaryOf(group);
      return summary === undefined ? '-' : describe(summary);
    };
  const shortInterval = ({ciLow, ciHigh}: MetricSummary): string => {
    if (!Number.isFinite(ciLow)) return '';
    if (metricFacts(metric).unit === 'points')
      return ` (${fraction(ciLow, 2)}-${fraction(ciHigh, 2)})`;
    return ` (${ciLow.toFixed(1)} to ${ciHigh.toFixed(1)})`;
  };
  return {
    ...number(
      `${title} (95 %)`,
      text(summary => summaryText(summary, metric)),
    ),
    screen: {
      title,
      text: text(summary => `${metricText(summary.mean, metric)}${shortInterval(summary)}`),
      narrowText: text(({mean}) => metricText(mean, metric)),
    },
  };
}

/** Every number of a head by its name in the CSV, the accuracy first. */
export const headFacts: readonly (readonly [name: string, value: (head: GroupHead) => number])[] = [
  ['accuracy', ({metrics}) => metrics.accuracy.mean],
  ['ciLow', ({metrics}) => metrics.accuracy.ciLow],
  ['ciHigh', ({metrics}) => metrics.accuracy.ciHigh],
  ['majority', ({baseline}) => baseline],
  ['images', ({images}) => images],
  ['accuracy.sd', ({metrics}) => metrics.accuracy.standardDeviation],
  ['trainAccuracy', ({trainAccuracy}) => trainAccuracy.mean],
  ['trainAccuracy.sd', ({trainAccuracy}) => trainAccuracy.standardDeviation],
  ...[...headMetricKeys.slice(1), ...sliceMetricKeys].flatMap(name =>
    summaryFacts.map(
      ([suffix, fact]) =>
        [`${name}${suffix}`, ({metrics}: GroupHead) => fact(metrics[name])] as const,
    ),
  ),
  ['truePositives', ({confusion}) => confusion.truePositives],
  ['falsePositives', ({confusion}) => confusion.falsePositives],
  ['falseNegatives', ({confusion}) => confusion.falseNegatives],
  ['trueNegatives', ({confusion}) => confusion.trueNegatives],
];

export function headColumns(head: string, comparison: Comparison, isShown: boolean): Column[] {
  const metric = headMetricOf(comparison);
  const title = metric === 'accuracy' ? head : `${head} ${metricFacts(metric).title}`;
  const display = summaryDisplay(title, metric, group => headOf(group, head)?.metrics[metric]);
  const compared: Partial<Column> = {
    ...(isHeadMetric(comparison.metric) ? {testedHead: head} : {}),
    ...(isShown ? {display} : {}),
  };
  const train: Partial<Column> = {
    display: {
      ...number(`${head} train`, group =>
        metricText(headOf(group, head)?.trainAccuracy.mean ?? Number.NaN),
      ),
      shown: 'detail',
    },
  };
  return headFacts.map(([name, value]) => ({
    key: `${head}.${name}`,
    value: group => {
      const metrics = headOf(group, head);
      return metrics === undefined ? undefined : value(metrics);
    },
    ...(name === metric ? compared : name === 'trainAccuracy' && isShown ? train : {}),
  }));
}

/** `0.835 ± 0.018 (0.777-0.880)`; one seed has no ±. */
function summaryText(
  {mean, standardDeviation, ciLow, ciHigh}: MetricSummary,
  metric: Metric,
): string {
  const spread = Number.isFinite(standardDeviation)
    ? ` ± ${metricText(standardDeviation, metric)}`
    : '';
  const interval = Number.isFinite(ciLow) ? ` (${boundsText(ciLow, ciHigh, metric)})` : '';
  return `${metricText(mean, metric)}${spread}${interval}`;
}

/** `0.777-0.880`; `-0.40 to 1.20`, where a number may be negative. */
function boundsText(low: number, high: number, metric: Metric): string {
  const join = metricFacts(metric).unit === 'points' ? '-' : ' to ';
  const text = (bound: number): string => metricText(bound, metric).replace(' %', '');
  return `${text(low)}${join}${text(high)}`;
}
