import {mean, sampleStandardDeviation} from 'simple-statistics';
import {ALPHA, noInterval, studentQuantile, studentTails, type Interval} from './distributions.js';

/** Equal accuracies differ by rounding only; unequal counts of images differ by more than this. */
const ROUNDING = 1e-9;

type OverSeeds = {
  readonly mean: number;
  /** Standard deviation of a single run (divided by n - 1); NaN for one seed. */
  readonly standardDeviation: number;
  /** 95 % interval of the mean, from Student's t; NaN for one seed. */
  readonly interval: Interval;
  readonly seeds: number;
};

/** The mean and spread over seeds. @param values One number per seed. */
export function overSeeds(values: readonly number[]): OverSeeds {
  const seeds = values.length;
  if (seeds === 0 || values.some(Number.isNaN))
    return {mean: Number.NaN, standardDeviation: Number.NaN, interval: noInterval, seeds};
  const middle = mean([...values]);
  if (seeds === 1)
    return {mean: middle, standardDeviation: Number.NaN, interval: noInterval, seeds};
  const spread = sampleStandardDeviation([...values]);
  const standardDeviation = spread < ROUNDING ? 0 : spread;
  const half = (studentQuantile(1 - ALPHA / 2, seeds - 1) * standardDeviation) / Math.sqrt(seeds);
  return {mean: middle, standardDeviation, interval: [middle - half, middle + half], seeds};
}

/**
 * The paired t test (Student 1908) of differences, one per seed, against 0.
 *
 * @returns Two-sided p; NaN for one seed. Equal differences give no estimate of their spread: p is
 *          then 1 where they are 0, else NaN.
 */
export function pairedTTest(differences: readonly number[]): OverSeeds & {readonly p: number} {
  const result = overSeeds(differences);
  const {mean: middle, standardDeviation, seeds} = result;
  if (standardDeviation === 0) return {...result, p: Math.abs(middle) < ROUNDING ? 1 : Number.NaN};
  const t = middle / (standardDeviation / Math.sqrt(seeds));
  return {...result, p: studentTails(t, seeds - 1)};
}
