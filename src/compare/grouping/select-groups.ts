import {
  largestAffinity,
  ROUNDING,
  scoreGroups,
  type Affinities,
  type GroupBudget,
  type Grouping,
} from './grouping.js';
import {scoreBound, searchGroups} from './search-groups.js';
import {bestWithin} from './exact-within.js';
import {bestSets, groupsOf, scoredGroups} from './best-sets.js';

/** With more heads, the best set of groups is searched for, and a bound says how far it may be off. */
const EXACT_UP_TO = 12;
/** What the searches of all numbers of groups read together: one or two seconds. */
const READS = 1.5e8;

/** The best set of at most so many groups. */
export type SelectedGroups = Grouping & {
  /** No set of as many groups scores more than this; the score itself where the search is exact. */
  readonly bound: number;
};

/**
 * Finds the best sets of groups by the rule of TAG (Fifty et al. 2021, arXiv 2109.04617): exact up to 12
 * heads, beyond that by local search, with an upper bound.
 *
 * @param matrix Affinities of two heads or more.
 * @param most   The most groups, 1 or more.
 * @param budget What the sets may cost.
 * @returns      By number of groups, fewest first; only sets that score more than all with fewer groups.
 *               None where the budget allows none.
 */
export function selectGroups(
  matrix: Affinities['matrix'],
  most: number,
  budget?: GroupBudget,
): readonly SelectedGroups[] {
  const isExact = matrix.length <= EXACT_UP_TO;
  const sets = isExact
    ? exactGroups(matrix, most, budget)
    : Array.from({length: most}, (_, fewer) =>
        searchGroups(matrix, fewer + 1, {budget, reads: READS / most}),
      );
  const rounding = ROUNDING * largestAffinity(matrix);
  return sets
    .flatMap((groups, fewer): SelectedGroups[] => {
      if (groups === undefined) return [];
      const grouping = scoreGroups(matrix, groups);
      const bound = isExact ? grouping.score : scoreBound(matrix, fewer + 1);
      return [{...grouping, bound: Math.max(bound, grouping.score)}];
    })
    .reduce<SelectedGroups[]>((rising, set) => {
      const last = rising.at(-1);
      return last === undefined || set.score > last.score + rounding ? [...rising, set] : rising;
    }, []);
}

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
function exactGroups(
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
