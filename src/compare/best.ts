import {ownValue} from '../util/own-value.js';
import type {ComparedGroup} from './groups.js';
import type {HeadVerdict, PairVerdict, Verdict} from './verdict.js';

/** What a mark on a number says, in every table. */
export const BEST_MEANING = 'significantly better than every other design, or the lowest cost.';

/** Times of the same work differ by up to this factor between runs, so less is no difference. */
export const SAME_TIME_WITHIN = 1.1;

/**
 * The group that the verdict calls best on a head: significantly better than every other group that
 * has the head. A higher accuracy alone is not enough.
 *
 * @returns Its name; undefined where no group is, or where a pair was not compared.
 */
export function bestOnHead(
  head: string,
  groups: readonly ComparedGroup[],
  {pairs}: Verdict,
): string | undefined {
  const names = groups
    .filter(({heads}) => ownValue(heads, head) !== undefined)
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
  pairs: readonly PairVerdict[],
): boolean {
  const pair = pairOf(name, rival, pairs);
  const test = pair?.heads.find(candidate => candidate.head === head);
  if (pair === undefined || test?.significant !== true) return false;
  return differenceOf(test, pair.first === name) > 0;
}

function differenceOf({difference}: HeadVerdict, isFirst: boolean): number {
  return isFirst ? difference : -difference;
}

/** The pair of two groups, whichever of them is first; undefined where they were not paired. */
export function pairOf(
  name: string,
  rival: string,
  pairs: readonly PairVerdict[],
): PairVerdict | undefined {
  return pairs.find(({first, second}) =>
    first === name ? second === rival : first === rival && second === name,
  );
}

/**
 * The group with the lowest cost. Costs are measured facts, so no test is needed; but the lowest
 * must be alone, by more than `within` (a factor). Groups without a result are left out.
 *
 * @param costOf Cost of a group, 0 or more; NaN where it is not known.
 * @returns      Its name; undefined where there is none.
 */
export function lowestCost(
  groups: readonly ComparedGroup[],
  costOf: (group: ComparedGroup) => number,
  within = 1,
): string | undefined {
  const [lowest, next] = groups
    .filter(({seeds}) => seeds.length > 0)
    .map(group => ({name: group.name, cost: costOf(group)}))
    .filter(({cost}) => Number.isFinite(cost))
    .sort((a, b) => a.cost - b.cost);
  if (lowest === undefined || next === undefined) return undefined;
  return next.cost > lowest.cost * within ? lowest.name : undefined;
}
