import {largestAffinity, type Affinities, type GroupBudget} from './grouping.js';
import {bestWithin} from './exact-within.js';
import {bestSets, groupsOf, scoredGroups} from './best-sets.js';

/**
 * Finds the best sets of groups. Which heads a group answers and which only help in it are chosen apart:
 * the best group for each set of answered heads takes 3^heads steps, and so does each further group that
 * divides the heads among the groups. Within a budget, a price on what groups cost bounds the search.
 *
 * Among equally good sets, the one with fewer groups wins, then the one with fewer heads in all of its groups.
 *
 * @param matrix Of 2 to about 14 heads.
 * @param most   The most groups, 1 or more.
 * @returns      The best set of at most 1, 2, … groups, as lists of heads; none or fewer where the budget
 *               allows no more groups.
 */
export function exactGroups(
  matrix: Affinities['matrix'],
  most: number,
  budget?: GroupBudget,
): (readonly number[])[][] {
  const scored = scoredGroups(matrix, largestAffinity(matrix) || 1);
  if (budget !== undefined)
    return bestWithin(scored, most, budget).map(groups => groups.map(headsOf));
  const sets = bestSets(scored, most);
  return Array.from({length: most}, (_, fewer) => groupsOf(sets, fewer + 1).map(headsOf));
}

/** The heads of a bit mask, ascending. */
function headsOf(mask: number): number[] {
  const heads: number[] = [];
  for (let rest = mask; rest > 0; rest &= rest - 1) heads.push(31 - Math.clz32(rest & -rest));
  return heads;
}
