import type {Interval} from '../../compare/statistics/distributions.js';
import type {EventOf} from '../../runs/events.js';
import {listed, thousands} from '../../util/format.js';

/** 0.021 as `2.1` percentage points; zero has no sign. */
export function points(difference: number): string {
  const text = (100 * difference).toFixed(1);
  return text === '-0.0' ? '0.0' : text;
}

/** `0.4 to 3.8`, in points. */
export function pointsInterval([low, high]: Interval): string {
  return `${points(low)} to ${points(high)}`;
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
