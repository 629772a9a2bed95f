import {mean, sampleStandardDeviation} from 'simple-statistics';
import {studentQuantile, studentTails} from './distributions.js';
import {ALPHA, noInterval, type Interval} from './interval.js';

/** Differences of accuracies that should be the same differ by rounding; a count never does so little. */
const ROUNDING = 1e-9;

type OverSeeds = {
  readonly mean: number;
  /** Standard deviation of a single run (divided by n - 1); NaN for one seed. */
  readonly standardDeviation: number;
  /** 95 % interval of the mean, from Student's t; NaN for one seed. */
  readonly interval: Interval;
  readonly seeds: number;
};

/** Mean and spread of a number over the seeds of a group. @param values One for each seed. */
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
 * The paired t test (Student 1908): is the mean of differences, one for each seed, other than 0?
 *
 * @returns p, two-sided; NaN for one seed. Differences that are all the same say nothing about
 *          their spread: then p is 1 for no difference, else NaN and never 0.
 */
export function pairedTTest(differences: readonly number[]): OverSeeds & {readonly p: number} {
  const result = overSeeds(differences);
  const {mean: middle, standardDeviation, seeds} = result;
  if (standardDeviation === 0) return {...result, p: Math.abs(middle) < ROUNDING ? 1 : Number.NaN};
  const t = middle / (standardDeviation / Math.sqrt(seeds));
  return {...result, p: studentTails(t, seeds - 1)};
}
