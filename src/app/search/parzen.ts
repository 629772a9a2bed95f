import {normalBelow, normalQuantile} from '../../compare/statistics/distributions.js';
import type {Random} from '../../util/random.js';

/**
 * Where the values of a key lie: indexes of choices, or numbers from low to high; `step` is 1 for whole
 * numbers, 0 for all numbers.
 */
export type Axis =
  {readonly choices: number} | {readonly low: number; readonly high: number; readonly step: 0 | 1};

/** A density over the values of a key. */
export type Estimator = {
  readonly density: (value: number) => number;
  readonly sample: (random: Random) => number;
};

/** The newest observations all count the same; older ones count less. */
const FULL_WEIGHTS = 25;

/**
 * Weights of the observations, oldest first, then of the prior; their sum is 1. As Optuna's
 * `default_weights`, with a prior that weighs as much as one observation.
 */
function kernelWeights(observations: number): number[] {
  const older = observations - FULL_WEIGHTS;
  const weights = Array.from({length: observations}, (_, index) => {
    if (index >= older) return 1;
    const first = 1 / observations;
    return older === 1 ? first : first + ((1 - first) * index) / (older - 1);
  });
  const sum = weights.reduce((total, weight) => total + weight, 1);
  return [...weights, 1].map(weight => weight / sum);
}

/**
 * The adaptive Parzen estimator of Bergstra, Bardenet, Bengio and Kégl 2011 (Algorithms for Hyper-Parameter
 * Optimization), as in Optuna's `TPESampler`: a kernel for each observation, and a prior over the whole
 * axis, which also is a kernel.
 *
 * @param observations Oldest first; choices as their indexes.
 */
export function parzenEstimator(observations: readonly number[], axis: Axis): Estimator {
  const weights = kernelWeights(observations.length);
  return 'choices' in axis
    ? ofChoices(observations, weights, axis.choices)
    : ofNumbers(observations, weights, axis);
}

/** Each kernel has one choice more often than the others, which the prior spreads evenly. */
function ofChoices(
  observations: readonly number[],
  weights: readonly number[],
  choices: number,
): Estimator {
  const spread = 1 / weights.length;
  const kernel = (observed: number | undefined, choice: number): number =>
    observed === undefined
      ? 1 / choices
      : (spread + (observed === choice ? 1 : 0)) / (1 + spread * choices);
  const density = (choice: number): number =>
    weights.reduce((sum, weight, index) => sum + weight * kernel(observations[index], choice), 0);
  const densities = Array.from({length: choices}, (_, choice) => density(choice));
  return {density, sample: random => pick(densities, random)};
}

/** Normal kernels, cut off at the ends of the axis; those of whole numbers reach half a step further. */
function ofNumbers(
  observations: readonly number[],
  weights: readonly number[],
  axis: {readonly low: number; readonly high: number; readonly step: 0 | 1},
): Estimator {
  const low = axis.low - axis.step / 2;
  const high = axis.high + axis.step / 2;
  const widths = kernelWidths(observations, low, high);
  const kernels = weights.map((weight, index) => {
    const mean = observations[index] ?? (low + high) / 2;
    const width = widths[index] ?? high - low;
    const below = normalBelow((low - mean) / width);
    return {weight, mean, width, below, mass: normalBelow((high - mean) / width) - below};
  });
  return {
    density: value =>
      kernels.reduce((sum, {weight, mean, width, mass}) => {
        const z = (value - mean) / width;
        const half = axis.step / 2 / width;
        const part =
          axis.step === 0
            ? Math.exp((-z * z) / 2) / (width * Math.sqrt(2 * Math.PI))
            : normalBelow(z + half) - normalBelow(z - half);
        return sum + (weight * part) / mass;
      }, 0),
    sample: random => {
      const {mean, width, below, mass} = kernels[pick(weights, random)]!;
      const value = mean + width * normalQuantile(below + random() * mass);
      const stepped = axis.step === 0 ? value : Math.round(value);
      return Math.min(axis.high, Math.max(axis.low, stepped));
    },
  };
}

const MOST_KERNELS = 100;

/**
 * The standard deviation of each kernel: the larger distance to its neighbours, the ends of the axis among
 * them except for the outermost of several observations; at most the axis, and no less than a fraction of it
 * that falls with the number of kernels.
 */
function kernelWidths(observations: readonly number[], low: number, high: number): number[] {
  const order = [...observations.keys()].sort((a, b) => observations[a]! - observations[b]!);
  const sorted = order.map(index => observations[index]!);
  const smallest = (high - low) / Math.min(MOST_KERNELS, 2 + observations.length);
  const widths: number[] = [];
  order.forEach((index, position) => {
    const [before, after] = [sorted[position - 1], sorted[position + 1]];
    const value = sorted[position]!;
    const [left, right] = [value - (before ?? low), (after ?? high) - value];
    const width =
      sorted.length === 1 || (before !== undefined && after !== undefined)
        ? Math.max(left, right)
        : before === undefined
          ? right
          : left;
    widths[index] = Math.min(high - low, Math.max(smallest, width));
  });
  return widths;
}

/** An index, by weights whose sum is 1. */
function pick(weights: readonly number[], random: Random): number {
  let rest = random();
  for (const [index, weight] of weights.entries()) {
    rest -= weight;
    if (rest < 0) return index;
  }
  return weights.length - 1;
}
