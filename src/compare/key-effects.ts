import {isImageMetric, type HeadMetric, type Metric} from '../experiment/metrics.js';
import {ownValue} from '../util/own-value.js';
import type {MeasuredGroup} from './groups.js';
import {pairGroups, pairRuns, type RunPair} from './pair-runs.js';
import {influencesOn, testHead} from './pair-tests.js';
import {ALPHA} from './statistics/distributions.js';
import {overSeeds} from './statistics/over-seeds.js';
import type {HeadTest, UnadjustedTest} from './test-results.js';

/** A value of a key against the best value of that key, on one head. */
export type ValueTest = Pick<HeadTest, 'difference' | 'ciLow' | 'ciHigh' | 'p'> & {
  /** Pairs of runs that differ in nothing but this key; 0 in a search, where designs are compared. */
  readonly pairs: number;
  /** p times the number of pairs of values of all keys and heads (Bonferroni), at most 1. */
  readonly pAdjusted: number;
  /** Whether the adjusted p is at or below 0.05. */
  readonly significant: boolean;
};

/** One value of a key of a matrix, or values of a space, averaged over all other keys. */
export type KeyValue = {
  readonly value: string;
  /** How many designs have it. */
  readonly designs: number;
  /** The compared metric of each head: the mean over these designs. */
  readonly means: Readonly<Record<string, number>>;
  /** By head; absent for the best value of the head, and where nothing can be paired. */
  readonly tests: Readonly<Record<string, ValueTest>>;
};

/** What one key of a matrix or a space changes. */
export type KeyEffect = {
  readonly key: string;
  readonly values: readonly KeyValue[];
  /** The value with the best mean, by head. */
  readonly best: Readonly<Record<string, string>>;
};

/**
 * The effect of each key of a matrix, averaged over the other keys: each value is compared with the best
 * value of its key over all pairs of runs that differ in that key only. Such pairs count like seeds, so
 * the test has seeds and images both random. Because the best value is found on the same images, p is
 * adjusted as if all pairs of values had been tested.
 *
 * @returns None where fewer than two keys differ (the pairs of designs say it all then), and for a metric
 *          that is not computed from images.
 */
export function keyEffects(
  groups: readonly MeasuredGroup[],
  metric: Metric,
  higherIsBetter: boolean,
): readonly KeyEffect[] {
  const designs = groups.filter(({usable}) => usable.length > 0);
  const keys = differingKeys(designs);
  if (keys.length < 2 || !isImageMetric(metric)) return [];
  const heads = headsOfGroups(designs);
  const influences = influencesOn(metric);
  const drafts = keys.map(key => {
    const byValue = designsByValue(designs, key);
    const values = [...byValue].map(([value, members]) => ({
      value,
      members,
      means: meansByHead(members, heads, metric),
    }));
    return {key, values, best: bestValues(values, heads, higherIsBetter)};
  });
  const tests = drafts.reduce(
    (sum, {values}) => sum + (heads.length * values.length * (values.length - 1)) / 2,
    0,
  );
  return drafts.map(({key, values, best}) => ({
    key,
    best,
    values: values.map(({value, members, means}) => ({
      value,
      means,
      designs: members.length,
      tests: Object.fromEntries(
        heads.flatMap((head): [string, ValueTest][] => {
          const rival = values.find(candidate => candidate.value === best[head]);
          if (rival === undefined || rival.value === value) return [];
          const pairs = matchedPairs(members, rival.members, key);
          if (pairs.length === 0) return [];
          const paired = {pairs, heads, folds: undefined};
          const test = testHead(head, metric, paired, influences);
          return test === undefined ? [] : [[head, valueTest(test, pairs.length, tests)]];
        }),
      ),
    })),
  }));
}

function valueTest(
  {difference, ciLow, ciHigh, p}: UnadjustedTest,
  pairs: number,
  tests: number,
): ValueTest {
  const pAdjusted = Math.min(1, p * tests);
  return {difference, ciLow, ciHigh, p, pairs, pAdjusted, significant: pAdjusted <= ALPHA};
}

/** Keys of the matrix that not all designs share. */
function differingKeys(designs: readonly MeasuredGroup[]): string[] {
  const keys = [...new Set(designs.flatMap(({group}) => Object.keys(group.variant)))];
  return keys.filter(
    key => new Set(designs.map(({group}) => ownValue(group.variant, key))).size > 1,
  );
}

function designsByValue(
  designs: readonly MeasuredGroup[],
  key: string,
): ReadonlyMap<string, readonly MeasuredGroup[]> {
  const byValue = new Map<string, MeasuredGroup[]>();
  for (const design of designs) {
    const value = ownValue(design.group.variant, key);
    if (value === undefined) continue;
    byValue.set(String(value), [...(byValue.get(String(value)) ?? []), design]);
  }
  return byValue;
}

/** The heads of any of the groups. */
export function headsOfGroups(groups: readonly MeasuredGroup[]): string[] {
  return [...new Set(groups.flatMap(({group}) => Object.keys(group.heads)))];
}

/** The mean of a metric over designs, by head. */
export function meansByHead(
  designs: readonly MeasuredGroup[],
  heads: readonly string[],
  metric: HeadMetric,
): KeyValue['means'] {
  return Object.fromEntries(
    heads.map(head => [
      head,
      overSeeds(designs.flatMap(({group}) => group.heads[head]?.metrics[metric].mean ?? [])).mean,
    ]),
  );
}

/** The value with the best mean, by head. */
export function bestValues(
  values: readonly Pick<KeyValue, 'value' | 'means'>[],
  heads: readonly string[],
  higherIsBetter: boolean,
): KeyEffect['best'] {
  return Object.fromEntries(heads.flatMap(head => bestValue(values, head, higherIsBetter) ?? []));
}

function bestValue(
  values: readonly Pick<KeyValue, 'value' | 'means'>[],
  head: string,
  higherIsBetter: boolean,
): readonly [head: string, value: string][] | undefined {
  const scored = values.flatMap(({value, means}) => {
    const mean = means[head] ?? Number.NaN;
    return Number.isFinite(mean) ? [{value, mean: higherIsBetter ? mean : -mean}] : [];
  });
  const [best] = scored.toSorted((a, b) => b.mean - a.mean);
  return best && [[head, best.value]];
}

/** Pairs the runs of designs that differ in nothing but one key, where they can be compared. */
function matchedPairs(
  designs: readonly MeasuredGroup[],
  rivals: readonly MeasuredGroup[],
  key: string,
): RunPair[] {
  const restOf = ({group}: MeasuredGroup): string =>
    JSON.stringify(
      Object.entries(group.variant)
        .filter(([name]) => name !== key)
        .sort(),
    );
  return designs.flatMap(design => {
    const rival = rivals.find(candidate => restOf(candidate) === restOf(design));
    if (rival === undefined) return [];
    const paired = pairGroups(design, rival, pairRuns(design.usable, rival.usable));
    return 'reason' in paired ? [] : paired.pairs;
  });
}
