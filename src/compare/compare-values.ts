import type {HeadMetric} from '../experiment/metrics.js';
import type {MeasuredGroup} from './groups.js';
import {ALPHA} from './statistics/distributions.js';
import {overSeeds} from './statistics/over-seeds.js';
import type {HeadTest} from './test-results.js';

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

/** The designs with one value of a key, or with values that are taken together. */
export type DesignsOfValue = {
  readonly value: string;
  readonly members: readonly MeasuredGroup[];
};

/** A test of the designs of a value against those of the best value, before its p is adjusted. */
type ValueTester = (
  head: string,
  key: string,
  members: readonly MeasuredGroup[],
  rivals: readonly MeasuredGroup[],
) => Omit<ValueTest, 'pAdjusted' | 'significant'> | undefined;

type Compared = {
  readonly heads: readonly string[];
  readonly metric: HeadMetric;
  readonly higherIsBetter: boolean;
};

/**
 * Compares each value of each key with the best value of its key, on every head. Because the best value is
 * found on the same images, p is adjusted as if all pairs of values had been tested.
 */
export function compareValues(
  keys: readonly {readonly key: string; readonly parts: readonly DesignsOfValue[]}[],
  {heads, metric, higherIsBetter}: Compared,
  tester: ValueTester,
): readonly KeyEffect[] {
  const tests = keys.reduce(
    (sum, {parts}) => sum + (heads.length * parts.length * (parts.length - 1)) / 2,
    0,
  );
  return keys.map(({key, parts}) => {
    const means = parts.map(({members}) => meansByHead(members, heads, metric));
    const values = parts.map((part, index) => ({...part, means: means[index]!}));
    const best = bestValues(values, heads, higherIsBetter);
    const testOf = (head: string, {value, members}: DesignsOfValue): ValueTest | undefined => {
      const rival = values.find(candidate => candidate.value === best[head]);
      if (rival === undefined || rival.value === value) return undefined;
      const test = tester(head, key, members, rival.members);
      if (test === undefined) return undefined;
      const {difference, ciLow, ciHigh, p, pairs} = test;
      const pAdjusted = Math.min(1, p * tests);
      return {difference, ciLow, ciHigh, p, pairs, pAdjusted, significant: pAdjusted <= ALPHA};
    };
    return {
      key,
      best,
      values: values.map(value => ({
        ...{value: value.value, means: value.means, designs: value.members.length},
        tests: Object.fromEntries(
          heads.flatMap((head): [string, ValueTest][] => {
            const test = testOf(head, value);
            return test === undefined ? [] : [[head, test]];
          }),
        ),
      })),
    };
  });
}

export function headsOfGroups(groups: readonly MeasuredGroup[]): string[] {
  return [...new Set(groups.flatMap(({group}) => Object.keys(group.heads)))];
}

/** The mean of a metric over designs, by head. */
function meansByHead(
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
function bestValues(
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
