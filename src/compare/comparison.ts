import type {RunRecord} from '../runs/run-record.js';
import {mapLimited} from '../util/map-limited.js';
import {ownValue} from '../util/own-value.js';
import {groupRuns, type Group, type MeasuredGroup} from './groups.js';
import {testPair, type HeadTest, type NotCompared} from './pair-tests.js';
import {measureRun, type MeasuredRun} from './run-metrics.js';
import {ALPHA} from './statistics/distributions.js';
import {holm} from './statistics/paired-tests.js';

/** 1 had no number, and other names for the results of a test. */
const SCHEMA_VERSION = 2;

/** Two groups of a comparison, tested. Ratios are the first's over the second's. */
export type PairTest = {
  /** Names of the groups. */
  readonly first: string;
  readonly second: string;
  /** Set where they cannot be compared; there are no heads then. */
  readonly notCompared: NotCompared | undefined;
  readonly heads: readonly HeadTest[];
  readonly parameterRatio: number;
  readonly secondsRatio: number;
};

/** Runs side by side, with tests of their differences. */
export type Comparison = {
  /** Version of `comparison.json`; rises when a key changes its name or meaning. */
  readonly schemaVersion: typeof SCHEMA_VERSION;
  readonly heads: readonly string[];
  /** The rows. */
  readonly groups: readonly Group[];
  readonly pairs: readonly PairTest[];
  /** Number of tests in Holm's correction. */
  readonly tests: number;
  /** The one key in which the groups of a matrix differ, such as data.image.scale. */
  readonly axis: string | undefined;
};

export type CompareOptions = {
  /** Whether each run is a row, instead of each group of seeds. */
  readonly each?: boolean;
};

/** With more groups, each is compared with the first only: the number of pairs is quadratic. */
const ALL_PAIRS_UP_TO = 12;

/** Reads and compares runs. A run that failed stays in the table with the reason. */
export async function compareRuns(
  records: readonly RunRecord[],
  options: CompareOptions = {},
): Promise<Comparison> {
  return comparisonOf(await mapLimited(records, measureRun), options);
}

/** Compares measured runs. Pure: the same runs give the same bytes. */
export function comparisonOf(
  runs: readonly MeasuredRun[],
  {each = false}: CompareOptions = {},
): Comparison {
  const measured = groupRuns(runs, each);
  const groups = measured.map(({group}) => group);
  return {
    schemaVersion: SCHEMA_VERSION,
    heads: [...new Set(groups.flatMap(group => Object.keys(group.heads)))],
    groups,
    ...testPairs(measured),
    axis: axisOf(groups),
  };
}

function testPairs(groups: readonly MeasuredGroup[]): Pick<Comparison, 'pairs' | 'tests'> {
  const unadjusted = pairsOf(groups).map(([first, second]) => {
    const result = testPair(first, second);
    const [tests, notCompared] = 'reason' in result ? [[], result] : [result, undefined];
    return {first: first.group, second: second.group, notCompared, tests};
  });
  const adjusted = holm(unadjusted.flatMap(({tests}) => tests.map(({p}) => p)));
  const count = adjusted.filter(p => !Number.isNaN(p)).length;
  const alpha = ALPHA / Math.max(1, count);
  const pValues = adjusted.values();
  const pairs = unadjusted.map(({first, second, notCompared, tests}) => ({
    first: first.name,
    second: second.name,
    notCompared,
    heads: tests.map(test => {
      const pAdjusted = pValues.next().value ?? Number.NaN;
      return {
        ...test,
        pAdjusted,
        significant: pAdjusted <= ALPHA,
        minimumDetectable: test.minimumDetectable(alpha),
      };
    }),
    parameterRatio: first.parameters / second.parameters,
    secondsRatio: first.seconds / second.seconds,
  }));
  return {pairs, tests: count};
}

function pairsOf(groups: readonly MeasuredGroup[]): (readonly [MeasuredGroup, MeasuredGroup])[] {
  const usable = groups.filter(group => group.usable.length > 0);
  const firsts = usable.length <= ALL_PAIRS_UP_TO ? usable : usable.slice(0, 1);
  return firsts.flatMap((first, index) =>
    usable.slice(index + 1).map(second => [first, second] as const),
  );
}

function axisOf(groups: readonly Group[]): string | undefined {
  const keys = [...new Set(groups.flatMap(({variant}) => Object.keys(variant)))];
  const [axis, ...more] = keys.filter(
    key => new Set(groups.map(({variant}) => ownValue(variant, key))).size > 1,
  );
  if (axis === undefined || more.length > 0) return undefined;
  return groups.every(({variant}) => Object.hasOwn(variant, axis)) ? axis : undefined;
}
