import {exactGroups} from './exact-groups.js';
import {
  largestAffinity,
  ROUNDING,
  scoreGroups,
  type Affinities,
  type GroupBudget,
  type Grouping,
} from './grouping.js';
import {scoreBound, searchGroups} from './search-groups.js';

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
