import {bisect} from 'simple-statistics';
import {normalQuantile, studentQuantile} from './distributions.js';
import {ALPHA} from './interval.js';

/** A difference of the size that is called detectable is found so often. */
export const POWER = 0.8;

/**
 * The smallest difference of two accuracies that McNemar's test on so many images would have
 * shown in 80 of 100 cases: the sample size formula of Connor (1987), solved for the difference.
 * Where the models disagree too rarely for a difference of this size, they are taken to disagree
 * just often enough.
 *
 * @param images       Images that both were tried on.
 * @param disagreement Share of images that exactly one of them has right, 0 to 1.
 * @param alpha        Level of the test.
 * @returns            A share, 0 to 1; NaN where even always winning would not have been enough.
 */
export function smallestDifference(images: number, disagreement: number, alpha = ALPHA): number {
  const level = normalQuantile(1 - alpha / 2);
  const power = normalQuantile(POWER);
  const surplus = (difference: number): number => {
    const share = Math.max(disagreement, difference);
    const needed = level * Math.sqrt(share) + power * Math.sqrt(share - difference ** 2);
    return difference * Math.sqrt(images) - needed;
  };
  if (images === 0 || surplus(1) <= 0) return Number.NaN;
  return bisect(surplus, Number.MIN_VALUE, 1, 200, 1e-12);
}

/** The same for a difference whose standard error is known, as over seeds. */
export function smallestDifferenceOf(
  standardError: number,
  freedom: number,
  alpha = ALPHA,
): number {
  return (
    (studentQuantile(1 - alpha / 2, freedom) + studentQuantile(POWER, freedom)) * standardError
  );
}
