import jstat from 'jstat';

/** Both ends belong to the interval; NaN where there is none. */
export type Interval = readonly [low: number, high: number];

export const noInterval: Interval = [Number.NaN, Number.NaN];

/** The level of every test, and the fraction that every 95 % interval leaves out. */
export const ALPHA = 0.05;

/** From here on, Student's t equals the normal distribution to six digits and is slow to compute. */
const NORMAL_FROM = 1e6;

/** The value below which a fraction (0 to 1) of the standard normal distribution lies. */
export function normalQuantile(fraction: number): number {
  return jstat.normal.inv(fraction, 0, 1);
}

/** The fraction of the standard normal distribution below a value. */
export function normalBelow(value: number): number {
  return jstat.erfc(-value / Math.SQRT2) / 2;
}

/** Both tails of the standard normal distribution beyond a value. */
export function normalTails(value: number): number {
  return jstat.erfc(Math.abs(value) / Math.SQRT2);
}

/** The value below which a fraction (0 to 1) of Student's t lies. @param freedom Degrees of freedom; may be Infinity. */
export function studentQuantile(fraction: number, freedom: number): number {
  if (freedom > NORMAL_FROM) return normalQuantile(fraction);
  return jstat.studentt.inv(fraction, freedom);
}

/** Both tails of Student's t beyond a value. @param freedom Degrees of freedom; may be Infinity. */
export function studentTails(value: number, freedom: number): number {
  if (freedom > NORMAL_FROM) return normalTails(value);
  return 2 * jstat.studentt.cdf(-Math.abs(value), freedom);
}

/** The upper tail of chi-squared with one degree of freedom. */
export function chiSquaredTail(value: number): number {
  return normalTails(Math.sqrt(value));
}

/** The quantile of every two-sided 95 % interval: 1.96. */
export const Z = normalQuantile(1 - ALPHA / 2);
