import {costOf, largestAffinity, ROUNDING, type Affinities, type GroupBudget} from './grouping.js';

/** Some of the heads, each answered by one of these groups; sets of heads are bit masks. */
type Choice = {
  /** The sum over the answered heads. */
  readonly score: number;
  readonly cost: number;
  /** The number of heads of all groups together. */
  readonly size: number;
  readonly groups: readonly number[];
};

/** Choices of which none is better than another that costs no more. */
type Front = Choice[];

/**
 * Finds the best sets of groups. Which heads a group answers and which only help in it are chosen apart:
 * the best group for each set of answered heads takes 3^heads steps, and so does each further group that
 * divides the heads among the groups.
 *
 * Among equally good sets, the one with fewer groups wins, then the one with fewer heads in all of its groups.
 *
 * @param matrix Of 2 to about 14 heads.
 * @param most   The most groups, 1 or more.
 * @returns      The best set of at most 1, 2, … groups, as lists of heads; undefined where the budget
 *               allows none.
 */
export function exactGroups(
  matrix: Affinities['matrix'],
  most: number,
  budget?: GroupBudget,
): ((readonly number[])[] | undefined)[] {
  const heads = matrix.length;
  const everyHead = 2 ** heads - 1;
  const rounding = ROUNDING * largestAffinity(matrix);
  const single = answeredBySingleGroup(matrix, rounding, budget);
  const sets: ((readonly number[])[] | undefined)[] = [];
  let fronts = single;
  for (let count = 1; count <= most; count++) {
    if (count > 1) fronts = withFurtherGroup(single, fronts, rounding, budget);
    const best = fronts[everyHead]!.reduce<Choice | undefined>(
      (first, second) =>
        first === undefined || isBetter(second, first, rounding) ? second : first,
      undefined,
    );
    sets.push(best?.groups.map(headsOf));
  }
  return sets;
}

/** For each set of heads the groups that answer it, with or without further heads that help. */
function answeredBySingleGroup(
  matrix: Affinities['matrix'],
  rounding: number,
  budget: GroupBudget | undefined,
): Front[] {
  const fronts: Front[] = Array.from({length: 2 ** matrix.length}, () => []);
  const limit = budget === undefined ? 0 : budget.limit - budget.shared + ROUNDING;
  for (let group = 1; group < fronts.length; group++) {
    const members = headsOf(group);
    const cost = budget === undefined ? 0 : costOf({...budget, shared: 0}, [members]);
    if (members.length < 2 || cost > limit) continue;
    const scores = members.map(
      head =>
        members.reduce((sum, helper) => sum + (helper === head ? 0 : matrix[head]![helper]!), 0) /
        (members.length - 1),
    );
    const sums = new Float64Array(2 ** members.length);
    const masks = new Int32Array(sums.length);
    for (let answered = 1; answered < sums.length; answered++) {
      const place = 31 - Math.clz32(answered);
      const rest = answered - 2 ** place;
      const score = sums[rest]! + scores[place]!;
      sums[answered] = score;
      masks[answered] = masks[rest]! | (1 << members[place]!);
      const choice = {score, cost, size: members.length, groups: [group]};
      insert(fronts[masks[answered]!]!, choice, rounding);
    }
  }
  return fronts;
}

/** For each set of heads the choices with one group more, or as many. */
function withFurtherGroup(
  single: readonly Front[],
  fewer: readonly Front[],
  rounding: number,
  budget: GroupBudget | undefined,
): Front[] {
  const limit = budget === undefined ? 0 : budget.limit - budget.shared + ROUNDING;
  return fewer.map((front, heads) => {
    const extended = [...front];
    const lowest = heads & -heads;
    // The parts of the set that contain its lowest head: that group is the first of its set.
    for (let rest = heads - lowest; rest > 0; rest = (rest - 1) & (heads - lowest)) {
      for (const first of single[heads - rest]!)
        for (const second of fewer[rest]!) {
          const cost = first.cost + second.cost;
          if (cost > limit) continue;
          const score = first.score + second.score;
          const size = first.size + second.size;
          insert(
            extended,
            {score, cost, size, groups: [...first.groups, ...second.groups]},
            rounding,
          );
        }
    }
    return extended;
  });
}

/** Adds a choice to a front, and removes what it makes useless. */
function insert(front: Front, choice: Choice, rounding: number): void {
  for (const rival of front)
    if (rival.cost <= choice.cost + ROUNDING && !isBetter(choice, rival, rounding)) return;
  let length = 0;
  for (const rival of front)
    if (rival.cost < choice.cost - ROUNDING || isBetter(rival, choice, rounding))
      front[length++] = rival;
  front.length = length;
  front.push(choice);
}

function isBetter(first: Choice, second: Choice, rounding: number): boolean {
  if (Math.abs(first.score - second.score) > rounding) return first.score > second.score;
  if (first.groups.length !== second.groups.length)
    return first.groups.length < second.groups.length;
  return first.size < second.size;
}

function headsOf(mask: number): number[] {
  const heads: number[] = [];
  for (let rest = mask; rest > 0; rest &= rest - 1) heads.push(31 - Math.clz32(rest & -rest));
  return heads;
}
