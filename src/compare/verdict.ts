import {ALPHA} from './statistics/interval.js';
import {holm} from './statistics/holm.js';
import type {MeasuredGroup} from './groups.js';
import {testHead, type HeadTest} from './pair-heads.js';
import {pairRuns} from './pairing.js';

/** A head of two groups, decided. Differences are fractions: the first's minus the second's. */
export type HeadVerdict = Omit<HeadTest, 'minimumDetectable'> & {
  /** p after Holm's correction over all tests of the comparison. */
  readonly pAdjusted: number;
  /** Whether the adjusted p is at or below 0.05. */
  readonly significant: boolean;
  /**
   * The difference that these images and seeds detect in 80 of 100 cases, after the correction:
   * 0 to 1; NaN where they are too few to detect any.
   */
  readonly minimumDetectable: number;
};

/** Two rows of a comparison against each other; first over second where it is a ratio. */
export type PairVerdict = {
  /** Names of the groups. */
  readonly first: string;
  readonly second: string;
  /** Why they cannot be paired; then there are no heads. */
  readonly notCompared: string | undefined;
  readonly heads: readonly HeadVerdict[];
  readonly parameterRatio: number;
  readonly secondsRatio: number;
};

export type Verdict = {
  readonly pairs: readonly PairVerdict[];
  /** How many tests Holm's correction is over. */
  readonly tests: number;
};

/** With more groups than this, each is paired with the first only: the pairs grow with the square. */
export const ALL_PAIRS_UP_TO = 12;

/**
 * What the predictions of groups say of their differences: every pair, every head that both have.
 * Pure: the same groups give the same bytes.
 */
export function verdictOf(groups: readonly MeasuredGroup[]): Verdict {
  const tested = pairsOf(groups).map(([first, second]) => {
    const {pairs, notCompared} = pairRuns(first, second);
    const heads = Object.keys(first.group.heads).filter(head =>
      Object.hasOwn(second.group.heads, head),
    );
    const tests =
      notCompared === undefined ? heads.flatMap(head => testHead(head, pairs) ?? []) : [];
    return {first: first.group, second: second.group, notCompared, tests};
  });
  const adjusted = holm(tested.flatMap(({tests}) => tests.map(({p}) => p)));
  const count = adjusted.filter(p => !Number.isNaN(p)).length;
  const alpha = ALPHA / Math.max(1, count);
  let next = 0;
  const pairs = tested.map(({first, second, notCompared, tests}) => {
    return {
      first: first.name,
      second: second.name,
      notCompared,
      heads: tests.map(({minimumDetectable, ...test}) => {
        const p = adjusted[next++] ?? Number.NaN;
        return {
          ...test,
          pAdjusted: p,
          significant: p <= ALPHA,
          minimumDetectable: minimumDetectable(alpha),
        };
      }),
      parameterRatio: first.parameters / second.parameters,
      secondsRatio: first.seconds / second.seconds,
    };
  });
  return {pairs, tests: count};
}

function pairsOf(groups: readonly MeasuredGroup[]): (readonly [MeasuredGroup, MeasuredGroup])[] {
  const usable = groups.filter(group => group.usable.length > 0);
  const firsts = usable.length <= ALL_PAIRS_UP_TO ? usable : usable.slice(0, 1);
  return firsts.flatMap((first, index) =>
    usable.slice(index + 1).map(second => [first, second] as const),
  );
}
