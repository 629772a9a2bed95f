import type {Interval} from '../../compare/statistics/distributions.js';
import {metricFacts, type Metric, type MetricFacts} from '../../experiment/metrics.js';
import type {EventOf} from '../../runs/events.js';
import {fraction, listed, thousands} from '../../util/format.js';

/** 0.021 as `2.1` percentage points; zero has no sign. */
function points(difference: number): string {
  const text = (100 * difference).toFixed(1);
  return text === '-0.0' ? '0.0' : text;
}

/** A difference of a metric, without its unit: `2.1` for 0.021 of a fraction, `0.37` of percent or ranks. */
export function differenceText(metric: Metric, difference: number): string {
  if (metricFacts(metric).unit === 'points') return points(difference);
  const text = difference.toFixed(2);
  return text === '-0.00' ? '0.00' : text;
}

/** `0.4 to 3.8`, in the unit of the metric's differences. */
export function differenceInterval(metric: Metric, [low, high]: Interval): string {
  return `${differenceText(metric, low)} to ${differenceText(metric, high)}`;
}

const units: Readonly<Record<MetricFacts['unit'], string>> = {
  points: 'points',
  percent: '%',
  ranks: 'ranks',
};

/** What stands behind a difference of a metric: `points`, `%` or `ranks`. */
export function unitOf(metric: Metric): string {
  return units[metricFacts(metric).unit];
}

/** A metric: three digits of a fraction, `0.37 %`, a rank of `1.50`; `-` for what is no number. */
export function metricText(value: number, metric: Metric = 'accuracy'): string {
  if (!Number.isFinite(value)) return '-';
  const {unit} = metricFacts(metric);
  if (unit === 'points') return fraction(value, 3);
  return unit === 'percent' ? `${differenceText(metric, value)} %` : value.toFixed(2);
}

/** `p = 0.016`, `p = 0.40`, `p < 0.001`. */
export function pText(p: number): string {
  if (Number.isNaN(p)) return 'p unknown';
  if (p < 0.001) return 'p < 0.001';
  return `p = ${pValue(p)}`;
}

/** `0.016`, `0.40`, `<0.001`. */
export function pValue(p: number): string {
  if (Number.isNaN(p)) return '-';
  if (p < 0.001) return '<0.001';
  return p.toFixed(p < 0.1 ? 3 : 2);
}

/** `2,000 train, 200 validation, 200 test` */
export function imageCounts({
  trainImages,
  validationImages,
  testImages,
}: Pick<EventOf<'data.loaded'>, 'trainImages' | 'validationImages' | 'testImages'>): string {
  const test = testImages === undefined ? '' : `, ${thousands(testImages)} test`;
  return `${thousands(trainImages)} train, ${thousands(validationImages)} validation${test}`;
}

/** `A`, `A and B`, `A, B and 5 more`. */
export function enumeratedFew(items: readonly string[], limit: number): string {
  if (items.length <= limit) return enumerated(items);
  return enumerated([...items.slice(0, limit), `${items.length - limit} more`]);
}

/** `A`, `A and B`, `A, B and C`. */
export function enumerated(items: readonly string[]): string {
  return listed(items, 'and');
}
