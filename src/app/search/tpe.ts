import type {Dimension, Search} from '../../experiment/search-schema.js';
import {randomValues, rounded, trialRandom, type Values} from '../../experiment/search-space.js';
import type {Random} from '../../util/random.js';
import {parzenEstimator, type Axis} from './parzen.js';

export type Observation = {
  readonly values: Values;
  /** Higher is better; NaN for a trial that failed, which counts as the worst. */
  readonly score: number;
};

/** Values that are drawn from the good trials, of which the most promising is taken. */
const CANDIDATES = 24;
/** Draws of whole trials until one is new. */
const ATTEMPTS = 50;
const MOST_GOOD = 25;

/** So many of the trials count as good: a tenth, at most 25. */
function goodCount(trials: number): number {
  return Math.min(Math.ceil(trials / 10), MOST_GOOD);
}

/**
 * Proposes the values of a trial by the tree-structured Parzen estimator (Bergstra and others 2011): for
 * each key by itself, of some values drawn from the density of the good trials, that with the highest ratio
 * to the density of the rest. As Optuna's `TPESampler(multivariate=False)` with its defaults.
 *
 * @param observations The trials with results, by their numbers.
 * @param pending      Trials without one, which count as not good, so that not all look in the same place.
 * @param isTaken      Whether an earlier trial has these values, or no experiment could have them.
 * @returns undefined where no other values are left.
 */
export function tpeValues(
  search: Search,
  number: number,
  observations: readonly Observation[],
  pending: readonly Values[],
  isTaken: (values: Values) => boolean,
): Values | undefined {
  const {good, poor} = splitTrials(observations);
  const keys = Object.entries(search.space).map(([key, dimension]) => {
    const axis = axisOf(dimension);
    const observed = (trials: readonly Values[]): number[] =>
      trials.map(values => toAxis(values[key], dimension));
    const below = parzenEstimator(observed(good), axis);
    const above = parzenEstimator(observed([...poor, ...pending]), axis);
    const propose = (random: Random): number => {
      const candidates = Array.from({length: CANDIDATES}, () => below.sample(random));
      const ratios = candidates.map(value => below.density(value) / above.density(value));
      return candidates[ratios.indexOf(Math.max(...ratios))]!;
    };
    return {key, dimension, propose};
  });
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const random = trialRandom(search, number, attempt);
    const values = Object.fromEntries(
      keys.map(({key, dimension, propose}) => [key, fromAxis(propose(random), dimension)]),
    );
    if (!isTaken(values)) return values;
  }
  return randomValues(search, number, isTaken);
}

/** The good trials and the rest, each by their numbers. */
function splitTrials(observations: readonly Observation[]): {
  readonly good: readonly Values[];
  readonly poor: readonly Values[];
} {
  const rank = ({score}: Observation): number =>
    Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score;
  const best = new Set(
    // `sort` is stable: of equal trials, the earlier one is better.
    observations
      .toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)))
      .slice(0, goodCount(observations.length)),
  );
  const valuesOf = (isGood: boolean): Values[] =>
    observations.flatMap(trial => (best.has(trial) === isGood ? [trial.values] : []));
  return {good: valuesOf(true), poor: valuesOf(false)};
}

function axisOf(dimension: Dimension): Axis {
  if (Array.isArray(dimension)) return {choices: dimension.length};
  if ('integer' in dimension) {
    const [low, high] = dimension.integer;
    return {low, high, step: 1};
  }
  const [low, high] =
    'log' in dimension ? dimension.log.map(value => Math.log(value)) : dimension.uniform;
  return {low: low!, high: high!, step: 0};
}

function toAxis(value: Values[string] | undefined, dimension: Dimension): number {
  if (Array.isArray(dimension)) return dimension.indexOf(value!);
  return 'log' in dimension ? Math.log(Number(value)) : Number(value);
}

function fromAxis(value: number, dimension: Dimension): Values[string] {
  if (Array.isArray(dimension)) return dimension[value]!;
  if ('integer' in dimension) return value;
  if ('uniform' in dimension) return rounded(value, dimension.uniform);
  return rounded(Math.exp(value), dimension.log);
}
