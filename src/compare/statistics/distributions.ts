import jstat from 'jstat';

/** From here on Student's t is the normal distribution to six digits, and its series are slow. */
const NORMAL_FROM = 1e6;

/** The value below which a fraction (0 to 1) of the standard normal distribution lies. */
export function normalQuantile(fraction: number): number {
  return jstat.normal.inv(fraction, 0, 1);
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
