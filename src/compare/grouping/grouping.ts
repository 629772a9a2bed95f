import type {PairTest} from '../test-results.js';
import {mean, sum} from '../../util/sum.js';

/**
 * What heads gain from one another: `matrix[affected][helping]`, without a unit; higher is better. The
 * diagonal counts for nothing.
 */
export type Affinities = {
  readonly names: readonly string[];
  readonly matrix: readonly (readonly number[])[];
};

/** What a set of groups costs, relative to one network with all heads. */
export type GroupCosts = {
  /** The fraction of that network that each group has for itself, and that each head has. */
  readonly group: number;
  readonly heads: readonly number[];
};

/** The costs of a set of groups with a limit, 1 or more. */
export type GroupBudget = GroupCosts & {readonly limit: number};

/** A set of groups of heads; every head is in at least one of them. */
export type Grouping = {
  /** Indexes of heads, ascending within a group; ordered by their first heads. */
  readonly groups: readonly (readonly number[])[];
  /** For each head the index of the group in which it scores best. */
  readonly groupOf: readonly number[];
  /** For each head its score in that group; -Infinity where it is alone. */
  readonly headScores: readonly number[];
  /** The mean of these scores. */
  readonly score: number;
};

/** Whether a proposed set of groups helps. */
export type GroupingVerdict = {
  /**
   * Whether the proposed groups are significantly better in mean accuracy than one network with all heads,
   * and than every control with random groups.
   */
  readonly helps: boolean;
  /** The proposed groups, as in `model.groups`. */
  readonly groups: string;
  /** Names of the designs that they have to beat. */
  readonly rivals: readonly string[];
  /** Those of them that they do not significantly beat, or that were not compared. */
  readonly unbeaten: readonly string[];
  /** Set where seeds were added: those of the unbeaten for which more seeds may decide otherwise. */
  readonly open: readonly string[];
  /** The proposed groups and one network, tested on each head; undefined where one has no result. */
  readonly heads: PairTest | undefined;
  /** Trainings that were used to choose the groups; undefined where a file does not say. */
  readonly trainings: number | undefined;
  /** The run or the file whose affinities proposed them; undefined where nobody says. */
  readonly affinities: string | undefined;
};

/**
 * Scores a set of groups by the rule of TAG (Fifty et al. 2021): the score of a head in a group is the mean
 * affinity of the other members onto it, and a head counts with the best of its groups. Alone, it scores
 * worse than in any company.
 */
export function scoreGroups(
  matrix: Affinities['matrix'],
  groups: readonly (readonly number[])[],
): Grouping {
  const ordered = groups
    .map(group => [...group].sort((a, b) => a - b))
    .sort((a, b) => firstDifference(a, b));
  const best = matrix.map((_, head) =>
    ordered
      .map((group, index) => ({index, score: scoreIn(group, head, matrix)}))
      .reduce((first, second) => (second.score > first.score ? second : first)),
  );
  const headScores = best.map(({score}) => score);
  return {
    groups: ordered,
    groupOf: best.map(({index}) => index),
    headScores,
    score: mean(headScores),
  };
}

function firstDifference(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((head, index) => head !== b[index]);
  return place === -1 ? a.length - b.length : a[place]! - (b[place] ?? -1);
}

function scoreIn(group: readonly number[], head: number, matrix: Affinities['matrix']): number {
  if (!group.includes(head)) return Number.NEGATIVE_INFINITY;
  const helpers = group.filter(member => member !== head);
  if (helpers.length === 0) return Number.NEGATIVE_INFINITY;
  return helpers.reduce((sum, helper) => sum + matrix[head]![helper]!, 0) / helpers.length;
}

/** The cost of groups, relative to one network with all heads. */
export function costOf({group, heads}: GroupCosts, groups: readonly (readonly number[])[]): number {
  return groups.reduce(
    (sum, members) => sum + group + members.reduce((total, head) => total + (heads[head] ?? 0), 0),
    0,
  );
}

/** The most groups whose partitions the budget allows. */
export function mostGroups(most: number, budget: GroupBudget | undefined): number {
  if (budget === undefined) return most;
  const heads = sum(budget.heads);
  const room = (budget.limit - heads + ROUNDING) / budget.group;
  return Math.min(most, Math.floor(room));
}

/** Scores and costs that differ by less are equal: sums of the same numbers in another order. */
export const ROUNDING = 1e-9;

/** The largest affinity of a matrix, in absolute value; the diagonal is left out. */
export function largestAffinity(matrix: Affinities['matrix']): number {
  return Math.max(
    ...matrix.flatMap((row, head) =>
      row.map((value, helper) => (helper === head ? 0 : Math.abs(value))),
    ),
  );
}
