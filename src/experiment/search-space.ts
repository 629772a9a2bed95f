import {deriveSeed, seededRandom, shuffled, type Random} from '../util/random.js';
import type {Scalar} from './value-schemas.js';
import type {Dimension, Search} from './search-schema.js';

/** A value for each key of a space. */
export type Values = Readonly<Record<string, Scalar>>;

/** Digits of a drawn number: enough for any setting, and short in names and commands. */
const DIGITS = 4;

/** Rounds a number of a continuous dimension, without leaving it. */
export function rounded(value: number, [low, high]: readonly [number, number]): number {
  return Math.min(high, Math.max(low, Number(value.toPrecision(DIGITS))));
}

function draw(dimension: Dimension, random: Random): Scalar {
  if (Array.isArray(dimension)) return dimension[Math.floor(random() * dimension.length)]!;
  if ('integer' in dimension) {
    const [low, high] = dimension.integer;
    return low + Math.floor(random() * (high - low + 1));
  }
  if ('uniform' in dimension) {
    const [low, high] = dimension.uniform;
    return rounded(low + random() * (high - low), dimension.uniform);
  }
  const [low, high] = dimension.log;
  return rounded(low * (high / low) ** random(), dimension.log);
}

/** The number of different trials; Infinity where a dimension is continuous. */
export function spaceSize(space: Search['space']): number {
  return Object.values(space).reduce((size, dimension) => size * valuesOf(dimension).count, 1);
}

/** A dimension with finitely many values; without a list where there are too many to write out. */
function valuesOf(dimension: Dimension): {readonly count: number; readonly list: () => Scalar[]} {
  if (Array.isArray(dimension)) return {count: dimension.length, list: () => dimension};
  if (!('integer' in dimension)) return {count: Number.POSITIVE_INFINITY, list: () => []};
  const [low, high] = dimension.integer;
  const count = high - low + 1;
  return {count, list: () => Array.from({length: count}, (_, index) => low + index)};
}

/** Up to here, all combinations of a space are written out. */
const MOST_LISTED = 10_000;

/** All combinations of lists; the last key varies fastest. */
export function combinations(
  axes: readonly (readonly [string, readonly Scalar[]])[],
): Record<string, Scalar>[] {
  return axes.reduce<Record<string, Scalar>[]>(
    (partial, [key, values]) =>
      partial.flatMap(chosen => values.map(value => ({...chosen, [key]: value}))),
    [{}],
  );
}

/** Equal for equal values. */
export function valuesKey(values: Values): string {
  return JSON.stringify(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The random numbers of a trial: the same whatever other trials there are. */
export function trialRandom({seed}: Search, number: number, attempt: number): Random {
  return seededRandom(deriveSeed(seed, `trial/${number}/${attempt}`));
}

const MOST_ATTEMPTS = 1000;

/**
 * Draws the values of a trial, each key by itself.
 *
 * @param isTaken Whether an earlier trial has these values, or no experiment could have them.
 * @returns undefined where no other values are left.
 */
export function randomValues(
  search: Search,
  number: number,
  isTaken: (values: Values) => boolean,
): Values | undefined {
  const entries = Object.entries(search.space);
  if (spaceSize(search.space) <= MOST_LISTED) {
    const axes = entries.map(([key, dimension]) => [key, valuesOf(dimension).list()] as const);
    return shuffled(combinations(axes), trialRandom(search, 0, 0)).find(values => !isTaken(values));
  }
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const random = trialRandom(search, number, attempt);
    const values = Object.fromEntries(
      entries.map(([key, dimension]) => [key, draw(dimension, random)]),
    );
    if (!isTaken(values)) return values;
  }
  return undefined;
}
