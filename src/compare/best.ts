import {ALL_HEADS} from '../experiment/metrics.js';
import {ownValue} from '../util/own-value.js';
import type {PairTest} from './test-results.js';
import type {Group} from './groups.js';

/** Training times of the same work vary by up to this factor, so such times tie. */
export const SAME_TIME_WITHIN = 1.1;

/**
 * The group that is significantly better than every other group with this head, or on `ALL_HEADS`, by
 * the metric of the comparison. A higher value alone is not enough.
 *
 * @returns Its name; undefined where there is none, or where a pair was not compared.
 */
export function bestOnHead(
  head: string,
  {groups, pairs}: {readonly groups: readonly Group[]; readonly pairs: readonly PairTest[]},
): string | undefined {
  const names = groups
    .filter(({heads, seeds}) =>
      head === ALL_HEADS ? seeds.length > 0 : ownValue(heads, head) !== undefined,
    )
    .map(({name}) => name);
  if (names.length < 2) return undefined;
  return names.find(name =>
    names.every(rival => rival === name || isSignificantlyBetter(name, rival, head, pairs)),
  );
}

/** Whether one group is significantly better than another on a head. */
export function isSignificantlyBetter(
  name: string,
  rival: string,
  head: string,
  pairs: readonly PairTest[],
): boolean {
  const pair = pairOf(name, rival, pairs);
  const test = pair?.heads.find(candidate => candidate.head === head);
  return test?.better === (pair?.first === name ? 'first' : 'second');
}

/** The test of two groups in either order; undefined where they were not paired. */
export function pairOf(
  name: string,
  rival: string,
  pairs: readonly PairTest[],
): PairTest | undefined {
  return pairs.find(({first, second}) =>
    first === name ? second === rival : first === rival && second === name,
  );
}

/** Whether no other group is at least as accurate in less time to train (the Pareto front). */
export function isOnFront(group: Group, groups: readonly Group[]): boolean {
  const accuracy = meanAccuracy(group);
  if (!Number.isFinite(accuracy)) return false;
  return !groups.some(
    rival =>
      meanAccuracy(rival) >= accuracy &&
      rival.seconds <= group.seconds &&
      (meanAccuracy(rival) > accuracy || rival.seconds < group.seconds),
  );
}

function meanAccuracy({overall}: Group): number {
  return overall.meanAccuracy.mean;
}
