import type {HeadMetric} from '../experiment/metrics.js';
import type {Dimension, Search} from '../experiment/search-schema.js';
import {rounded} from '../experiment/search-space.js';
import {ownValue} from '../util/own-value.js';
import type {MeasuredGroup} from './groups.js';
import {compareValues, headsOfGroups, type KeyEffect} from './compare-values.js';
import {ALPHA, studentQuantile, studentTails} from './statistics/distributions.js';
import {overSeeds} from './statistics/over-seeds.js';

/** A range is divided into so many parts, by the logarithm where the search draws by it. */
const PARTS = 3;
/** Fewer tell so little of their spread that the interval would be as wide as the scale. */
const FEWEST_TRIALS = 3;

/** Values of a key that are taken together. */
type Part = {readonly name: string; readonly has: (value: unknown) => boolean};

/**
 * The effect of each key of a search's space, averaged over the other keys, which were drawn by themselves:
 * the trials of each choice, or of each third of a range, are compared with those of the best one by
 * Welch's t test, where both have three trials or more.
 *
 * @param groups The trials that were drawn, one design each.
 */
export function spaceEffects(
  groups: readonly MeasuredGroup[],
  space: Search['space'],
  metric: HeadMetric,
  higherIsBetter: boolean,
): readonly KeyEffect[] {
  const designs = groups.filter(({usable}) => usable.length > 0);
  const heads = headsOfGroups(designs);
  const keys = Object.entries(space).map(([key, dimension]) => ({
    key,
    parts: partsOf(dimension).flatMap(({name, has}) => {
      const members = designs.filter(({group}) => has(ownValue(group.variant, key)));
      return members.length === 0 ? [] : [{value: name, members}];
    }),
  }));
  return compareValues(keys, {heads, metric, higherIsBetter}, (head, _key, members, rivals) => {
    if (Math.min(members.length, rivals.length) < FEWEST_TRIALS) return undefined;
    const measured = (trials: readonly MeasuredGroup[]): number[] =>
      trials.flatMap(({group}) => group.heads[head]?.metrics[metric].mean ?? []);
    const test = welchTest(measured(members), measured(rivals));
    return test && {...test, pairs: 0};
  });
}

/** The choices of a dimension, the few whole numbers of it, or the parts of its range. */
function partsOf(dimension: Dimension): readonly Part[] {
  if (Array.isArray(dimension)) return dimension.map(exactly);
  const [low, high] = Object.values(dimension)[0] as [number, number];
  if ('integer' in dimension && high - low < PARTS)
    return Array.from({length: high - low + 1}, (_, index) => exactly(low + index));
  const at = (part: number): number => {
    const fraction = part / PARTS;
    const value =
      'log' in dimension ? low * (high / low) ** fraction : low + fraction * (high - low);
    return 'integer' in dimension ? Math.round(value) : rounded(value, [low, high]);
  };
  return Array.from({length: PARTS}, (_, part) => {
    const [from, to] = [at(part), at(part + 1)];
    const isLast = part === PARTS - 1;
    return {
      name: `${from} to ${'integer' in dimension && !isLast ? to - 1 : to}`,
      has: value => Number(value) >= from && (isLast ? Number(value) <= to : Number(value) < to),
    };
  });
}

function exactly(value: string | number | boolean): Part {
  return {name: String(value), has: candidate => candidate === value};
}

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
