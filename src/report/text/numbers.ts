import type {Interval} from '../../compare/statistics/interval.js';

/** 0.021 as `2.1`: percentage points, without a sign of zero. */
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

/** 0.016, 0.40, `<0.001`: as short as tells. */
export function pValue(p: number): string {
  if (Number.isNaN(p)) return '-';
  if (p < 0.001) return '<0.001';
  return p.toFixed(p < 0.1 ? 3 : 2);
}

/** `A`, `A and B`, `A, B and C`; of many the first and how many more. */
export function enumeratedFew(items: readonly string[], most: number): string {
  if (items.length <= most) return enumerated(items);
  return enumerated([...items.slice(0, most), `${items.length - most} more`]);
}

/** `A`, `A and B`, `A, B and C`. */
export function enumerated(items: readonly string[]): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} and ${last}`;
}
