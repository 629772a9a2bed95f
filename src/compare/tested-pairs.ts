import {isImageMetric, isSliceMetric, metricFacts, type Metric} from '../experiment/metrics.js';
import {FIRST_LOOK, type UntilDecided} from '../runs/searches.js';
import type {MeasuredGroup} from './groups.js';
import {testOverall, type OverallTestOptions} from './overall-tests.js';
import {pairGroups} from './pair-runs.js';
import {influencesOn, lookAtPair, testHead} from './pair-tests.js';
import {ALPHA} from './statistics/distributions.js';
import {holm} from './statistics/paired-tests.js';
import {SequentialDecisions, type LookResult, type Outcome} from './statistics/sequential.js';
import {testWorstSlices} from './worst-slice.js';
import type {HeadLooks, HeadTest, NotCompared, PairTest, UnadjustedTest} from './test-results.js';

/** Two groups, and what was found about them. */
type TestedPairs = {
  readonly pairs: readonly PairTest[];
  /** Number of tests that p is adjusted for. */
  readonly tests: number;
  /** Set where each design is compared with one: with the best of many, or with the one that a search chose. */
  readonly comparedWith?: string;
  readonly untilDecided?: {
    readonly difference: number;
    readonly firstLook: number;
    readonly maxSeeds: number;
  };
};

/** A pair before the correction. */
type Pair<Test> = Omit<PairTest, 'heads'> & {readonly tests: readonly Test[]};

/** Tests the accuracy of pairs as it was tested while seeds were added, at every look. */
export function decidePairs(
  groups: readonly MeasuredGroup[],
  plan: UntilDecided,
  options: OverallTestOptions,
): TestedPairs {
  const {difference, seeds, claim} = plan;
  const usable = groups.filter(group => group.usable.length > 0);
  const groupPairs = claim === undefined ? allPairs(usable) : pairsWith(groups[0]!, usable);
  const pairs = groupPairs.map((groupPair): Pair<HeadLooks> => {
    const result = lookAtPair(...groupPair, plan, options);
    return 'reason' in result ? pairOf(groupPair, [], result) : pairOf(groupPair, result);
  });
  const tests = pairs.flatMap(pair => pair.tests);
  const sequential = new SequentialDecisions({first: FIRST_LOOK, last: seeds.length});
  const decisions = sequential.decide(tests.map(({looks}) => looks.map(lookResult(difference))));
  const levels = sequential.levels(tests.length);
  const decided = new Map(tests.map((test, index) => [test, decisions[index]!]));
  const headTest = (head: HeadLooks): HeadTest => {
    const {outcome, look, pAdjusted, pSmallerAdjusted: pSmaller} = decided.get(head)!;
    const {minimumDetectable, equivalence: _, ...test} = head.looks[look] ?? head.latest;
    const better = betterOf[outcome];
    return {
      ...test,
      pAdjusted,
      significant: better !== undefined,
      better,
      minimumDetectable: minimumDetectable(levels[look] ?? 0),
      sequential: {outcome, margin: difference, pSmaller},
    };
  };
  return {
    pairs: pairs.map(({tests: looks, ...pair}) => ({...pair, heads: looks.map(headTest)})),
    tests: tests.length,
    untilDecided: {difference, firstLook: FIRST_LOOK, maxSeeds: seeds.length},
  };
}

const betterOf: Readonly<Record<Outcome, HeadTest['better']>> = {
  'first better': 'first',
  'second better': 'second',
  smaller: undefined,
  open: undefined,
};

function lookResult(margin: number): (test: UnadjustedTest) => LookResult {
  return ({difference, p, equivalence}) => ({
    difference,
    p,
    pSmaller: equivalence?.(margin) ?? 1,
  });
}

/**
 * Tests a metric of all pairs, with Holm's correction. Of many designs, each is compared with the best
 * one. That was found on the same images, so p is adjusted as if all pairs had been tested (Bonferroni).
 *
 * @param best   The design with the best mean of the metric.
 * @param chosen A design that was chosen on other images: each other is compared with it, with Holm's
 *               correction.
 */
export function testPairs(
  groups: readonly MeasuredGroup[],
  metric: Metric,
  {
    best,
    chosen,
    ...options
  }: OverallTestOptions & {
    readonly best: MeasuredGroup | undefined;
    readonly chosen?: MeasuredGroup | undefined;
  },
): TestedPairs {
  const usable = groups.filter(group => group.usable.length > 0);
  const areMany = chosen === undefined && usable.length > ALL_PAIRS_UP_TO && best !== undefined;
  const centre = areMany ? best : chosen;
  const groupPairs = centre === undefined ? allPairs(usable) : pairsWith(centre, usable);
  const unadjusted = unadjustedPairs(groupPairs, metric, options);
  const values = unadjusted.flatMap(({tests}) => tests.map(({p}) => p));
  const tested = values.filter(p => !Number.isNaN(p)).length;
  const count = areMany ? (tested * usable.length) / 2 : tested;
  const adjusted = areMany ? values.map(p => Math.min(1, p * count)) : holm(values);
  const alpha = ALPHA / Math.max(1, count);
  const pValues = adjusted.values();
  const sign = metricFacts(metric).higherIsBetter ? 1 : -1;
  const pairs = unadjusted.map(({tests, ...pair}) => ({
    ...pair,
    heads: tests.map(({minimumDetectable, equivalence: _, ...test}): HeadTest => {
      const pAdjusted = pValues.next().value ?? Number.NaN;
      const significant = pAdjusted <= ALPHA;
      const better = sign * test.difference > 0 ? 'first' : 'second';
      return {
        ...test,
        pAdjusted,
        significant,
        better: significant ? better : undefined,
        minimumDetectable: minimumDetectable(alpha),
      };
    }),
  }));
  return {pairs, tests: count, ...(centre && {comparedWith: centre.group.name})};
}

/** Tests head by head, so that what a design contributes to a head is computed once and let go. */
function unadjustedPairs(
  groupPairs: readonly GroupPair[],
  metric: Metric,
  options: OverallTestOptions,
): Pair<UnadjustedTest>[] {
  const candidates = groupPairs.map(groupPair => {
    const [first, second] = groupPair;
    const paired = pairGroups(first, second);
    return {
      groups: groupPair,
      paired: 'reason' in paired ? undefined : paired,
      notCompared: 'reason' in paired ? paired : undefined,
      tests: [] as UnadjustedTest[],
    };
  });
  if (isImageMetric(metric)) {
    const heads = new Set(candidates.flatMap(({paired}) => paired?.heads ?? []));
    for (const head of heads) {
      const influences = influencesOn(metric);
      for (const {paired, tests} of candidates) {
        if (paired?.heads.includes(head) !== true) continue;
        tests.push(
          ...[testHead(head, metric, paired, influences)].filter(test => test !== undefined),
        );
      }
    }
  } else {
    for (const candidate of candidates) {
      const {paired, groups: groupPair, tests} = candidate;
      if (paired === undefined) continue;
      const result = isSliceMetric(metric)
        ? testWorstSlices(paired)
        : (testOverall(metric, paired, groupPair, options) ?? []);
      if ('reason' in result) candidate.notCompared = result;
      else tests.push(...[result].flat());
    }
  }
  return candidates.map(({groups: groupPair, notCompared, tests}) =>
    pairOf(groupPair, tests, notCompared),
  );
}

function pairOf<Test>(
  [{group: first}, {group: second}]: GroupPair,
  tests: readonly Test[],
  notCompared?: NotCompared,
): Pair<Test> {
  return {
    ...{first: first.name, second: second.name, notCompared, tests},
    parameterRatio: first.parameters / second.parameters,
    secondsRatio: first.seconds / second.seconds,
  };
}

type GroupPair = readonly [MeasuredGroup, MeasuredGroup];

/** With more designs, each is compared with the best one: the number of pairs is quadratic. */
const ALL_PAIRS_UP_TO = 12;

function allPairs(groups: readonly MeasuredGroup[]): GroupPair[] {
  return groups.flatMap((first, index) =>
    groups.slice(index + 1).map(second => [first, second] as const),
  );
}

function pairsWith(best: MeasuredGroup, groups: readonly MeasuredGroup[]): GroupPair[] {
  return groups.filter(group => group !== best).map(group => [best, group] as const);
}
