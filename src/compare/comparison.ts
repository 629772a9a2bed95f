import type {RunRecord} from '../runs/run-record.js';
import {FIRST_LOOK, type UntilDecided} from '../runs/until-decided.js';
import {mapLimited} from '../util/map-limited.js';
import {ownValue} from '../util/own-value.js';
import {groupRuns, type Group, type MeasuredGroup} from './groups.js';
import {
  lookAtPair,
  testPair,
  type HeadLooks,
  type HeadTest,
  type NotCompared,
  type UnadjustedTest,
} from './pair-tests.js';
import {measureRun, type MeasuredRun} from './run-metrics.js';
import {ALPHA} from './statistics/distributions.js';
import {holm} from './statistics/paired-tests.js';
import {SequentialDecisions, type LookResult} from './statistics/sequential.js';

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
  /** Set where seeds were added until the tests decided. */
  readonly untilDecided?: {
    /** The difference below which designs count as equal, above 0 and below 1. */
    readonly difference: number;
    readonly firstLook: number;
    /** Seeds that the budget allows; the last look. */
    readonly maxSeeds: number;
  };
  /** Whether runs of several such searches, or some runs of one, are compared as if all were planned. */
  readonly areSearchesMixed?: boolean;
};

export type CompareOptions = {
  /** The search to which all runs belong; otherwise the one that the runs themselves name. */
  readonly untilDecided?: UntilDecided | undefined;
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
  {each = false, untilDecided}: CompareOptions = {},
): Comparison {
  const measured = groupRuns(runs, each);
  const groups = measured.map(({group}) => group);
  const named = new Map(
    runs.flatMap(run => (run.untilDecided ? [[run.untilDecided.id, run.untilDecided]] : [])),
  );
  const [only] = named.values();
  const plan = each ? undefined : (untilDecided ?? (named.size === 1 ? only : undefined));
  return {
    schemaVersion: SCHEMA_VERSION,
    heads: [...new Set(groups.flatMap(group => Object.keys(group.heads)))],
    groups,
    ...(plan === undefined ? testPairs(measured) : decidePairs(measured, plan)),
    axis: axisOf(groups),
    ...(plan === undefined && named.size > 0 ? {areSearchesMixed: true} : {}),
  };
}

type TestedPairs = Pick<Comparison, 'pairs' | 'tests' | 'untilDecided'>;

/** Tests all pairs as they were tested while seeds were added, at every look. */
function decidePairs(groups: readonly MeasuredGroup[], plan: UntilDecided): TestedPairs {
  const {difference, seeds} = plan;
  const pairs = pairsOf(groups).map(pair => ({pair, result: lookAtPair(...pair, plan)}));
  const tests = pairs.flatMap(({result}) => ('reason' in result ? [] : result));
  const sequential = new SequentialDecisions({first: FIRST_LOOK, last: seeds.length});
  const decisions = sequential.decide(tests.map(({looks}) => looks.map(lookResult(difference))));
  const levels = sequential.levels(tests.length);
  const decided = new Map(tests.map((test, index) => [test, decisions[index]!]));
  const headTest = (head: HeadLooks): HeadTest => {
    const {outcome, look, pAdjusted, pSmallerAdjusted: pSmaller} = decided.get(head)!;
    const {minimumDetectable, equivalence: _, ...test} = head.looks[look] ?? head.latest;
    return {
      ...test,
      pAdjusted,
      significant: outcome === 'first better' || outcome === 'second better',
      minimumDetectable: minimumDetectable(levels[look] ?? 0),
      sequential: {outcome, margin: difference, pSmaller},
    };
  };
  return {
    pairs: pairs.map(({pair, result}) => pairTest(pair, result, headTest)),
    tests: tests.length,
    untilDecided: {difference, firstLook: FIRST_LOOK, maxSeeds: seeds.length},
  };
}

function lookResult(margin: number): (test: UnadjustedTest) => LookResult {
  return ({difference, p, equivalence}) => ({
    difference,
    p,
    pSmaller: equivalence?.(margin) ?? 1,
  });
}

function pairTest<T>(
  [{group: first}, {group: second}]: readonly [MeasuredGroup, MeasuredGroup],
  result: readonly T[] | NotCompared,
  headTest: (test: T) => HeadTest,
): PairTest {
  const [tests, notCompared] = 'reason' in result ? [[], result] : [result, undefined];
  return {
    first: first.name,
    second: second.name,
    notCompared,
    heads: tests.map(headTest),
    parameterRatio: first.parameters / second.parameters,
    secondsRatio: first.seconds / second.seconds,
  };
}

function testPairs(groups: readonly MeasuredGroup[]): TestedPairs {
  const pairs = pairsOf(groups).map(pair => ({pair, result: testPair(...pair)}));
  const tests = pairs.flatMap(({result}) => ('reason' in result ? [] : result));
  const adjusted = holm(tests.map(({p}) => p));
  const count = adjusted.filter(p => !Number.isNaN(p)).length;
  const alpha = ALPHA / Math.max(1, count);
  const pValues = adjusted.values();
  const headTest = ({minimumDetectable, equivalence: _, ...test}: UnadjustedTest): HeadTest => {
    const pAdjusted = pValues.next().value ?? Number.NaN;
    return {
      ...test,
      pAdjusted,
      significant: pAdjusted <= ALPHA,
      minimumDetectable: minimumDetectable(alpha),
    };
  };
  return {
    pairs: pairs.map(({pair, result}) => pairTest(pair, result, headTest)),
    tests: count,
  };
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
