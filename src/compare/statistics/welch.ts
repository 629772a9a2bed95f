import {ALPHA, studentQuantile, studentTails} from './distributions.js';
import {overSeeds} from './over-seeds.js';

/** A difference of two means. */
type MeanDifference = {
  /** The first mean minus the second. */
  readonly difference: number;
  readonly ciLow: number;
  readonly ciHigh: number;
  /** Two-sided. */
  readonly p: number;
};

/**
 * The t test of Welch 1947 of two independent samples, whose variances may differ.
 *
 * @returns undefined where a sample has fewer than two values, or where neither varies.
 */
export function welchTest(
  first: readonly number[],
  second: readonly number[],
): MeanDifference | undefined {
  if (first.length < 2 || second.length < 2) return undefined;
  const [a, b] = [overSeeds(first), overSeeds(second)];
  const parts = [a, b].map(({standardDeviation, seeds}) => standardDeviation ** 2 / seeds);
  const [left = Number.NaN, right = Number.NaN] = parts;
  const variance = left + right;
  if (!(variance > 0)) return undefined;
  const freedom = variance ** 2 / (left ** 2 / (a.seeds - 1) + right ** 2 / (b.seeds - 1));
  const difference = a.mean - b.mean;
  const error = Math.sqrt(variance);
  const half = studentQuantile(1 - ALPHA / 2, freedom) * error;
  return {
    difference,
    ciLow: difference - half,
    ciHigh: difference + half,
    p: studentTails(difference / error, freedom),
  };
}
