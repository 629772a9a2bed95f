/** What people know about a metric before any number. */
export type MetricFacts = {
  /** As people write it: in titles, tables and sentences. */
  readonly title: string;
  readonly higherIsBetter: boolean;
  /**
   * What a difference is counted in: `points` are hundredths of a fraction (percentage points);
   * `percent` and `ranks` are numbers as they stand.
   */
  readonly unit: 'points' | 'percent' | 'ranks';
};

/**
 * The metrics of one head, by the key that tables, `expect` and `--metric` use. All are fractions
 * from 0 to 1, as scikit-learn computes them; `compare/statistics/classification.ts` has formulas.
 */
export const headMetrics = {
  accuracy: {title: 'accuracy', higherIsBetter: true, unit: 'points'},
  balancedAccuracy: {title: 'balanced accuracy', higherIsBetter: true, unit: 'points'},
  precision: {title: 'precision', higherIsBetter: true, unit: 'points'},
  recall: {title: 'recall', higherIsBetter: true, unit: 'points'},
  f1: {title: 'F1', higherIsBetter: true, unit: 'points'},
  rocAuc: {title: 'ROC-AUC', higherIsBetter: true, unit: 'points'},
  /** Average precision, as scikit-learn's `average_precision_score`; not the trapezoidal area. */
  prAuc: {title: 'PR-AUC', higherIsBetter: true, unit: 'points'},
  brier: {title: 'Brier score', higherIsBetter: false, unit: 'points'},
  ece: {title: 'ECE', higherIsBetter: false, unit: 'points'},
} as const satisfies Readonly<Record<string, MetricFacts>>;
export type HeadMetric = keyof typeof headMetrics;

/** The metrics of a head that its slices have together; NaN where there are none. */
export const sliceMetrics = {
  worstSlice: {title: 'accuracy in the worst slice', higherIsBetter: true, unit: 'points'},
} as const satisfies Readonly<Record<string, MetricFacts>>;
export type SliceMetric = keyof typeof sliceMetrics;

/** The metrics over all heads of a design. */
export const overallMetrics = {
  meanAccuracy: {title: 'mean accuracy', higherIsBetter: true, unit: 'points'},
  meanError: {title: 'mean error', higherIsBetter: false, unit: 'points'},
  meanF1: {title: 'mean F1', higherIsBetter: true, unit: 'points'},
  /** Mean relative change against a reference design; negative is better than the reference. */
  deltaM: {title: 'delta-m', higherIsBetter: false, unit: 'percent'},
  /** Rank among the compared designs, averaged over heads; 1 is the best. */
  meanRank: {title: 'mean rank', higherIsBetter: false, unit: 'ranks'},
} as const satisfies Readonly<Record<string, MetricFacts>>;
export type OverallMetric = keyof typeof overallMetrics;

export type Metric = HeadMetric | SliceMetric | OverallMetric;

export const headMetricKeys = Object.keys(headMetrics) as readonly HeadMetric[];
export const sliceMetricKeys = Object.keys(sliceMetrics) as readonly SliceMetric[];
export const overallMetricKeys = Object.keys(overallMetrics) as readonly OverallMetric[];

/** Whether a metric is one of a head, and not over all heads. */
export function isHeadMetric(metric: Metric): metric is HeadMetric | SliceMetric {
  return isImageMetric(metric) || isSliceMetric(metric);
}

/** Whether a metric of a head is computed from images, whatever their slices. */
export function isImageMetric(metric: Metric): metric is HeadMetric {
  return Object.hasOwn(headMetrics, metric);
}

/** Whether a metric of a head is computed from its slices. */
export function isSliceMetric(metric: Metric): metric is SliceMetric {
  return Object.hasOwn(sliceMetrics, metric);
}

export function metricFacts(metric: Metric): MetricFacts {
  return {...headMetrics, ...sliceMetrics, ...overallMetrics}[metric];
}

/** The place of a head in the test of a metric over heads. No head has a space in its name. */
export const ALL_HEADS = 'all heads';

/** What a comparison is about. */
export type ComparedMetrics = {
  readonly metric: Metric;
  /** The metric of each head that delta-m and mean rank are computed from. */
  readonly base: HeadMetric;
};

/** The metric of a head that is compared, or that the compared metric over heads is computed from. */
export function headMetricOf({metric, base}: ComparedMetrics): HeadMetric | SliceMetric {
  if (isHeadMetric(metric)) return metric;
  if (metric === 'meanF1') return 'f1';
  return metric === 'deltaM' || metric === 'meanRank' ? base : 'accuracy';
}

/** The name of a metric on the command line: `roc-auc` for rocAuc. */
export function metricOption(metric: Metric): string {
  return metric.replaceAll(/([a-z])([A-Z])/g, '$1-$2').toLowerCase();
}

/** The metric of a name on the command line, with or without hyphens; undefined for another word. */
export function metricNamed(text: string): Metric | undefined {
  const plain = (name: string): string => name.replaceAll(/[-_]/g, '').toLowerCase();
  return [...headMetricKeys, ...sliceMetricKeys, ...overallMetricKeys].find(
    key => plain(key) === plain(text),
  );
}
