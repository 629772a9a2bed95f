import type {Affinities} from './grouping.js';

/** What each group of two heads or more is worth to its members. Sets of heads are bit masks. */
export type ScoredGroups = {
  readonly heads: number;
  /** The mean affinity of the other members onto a head: [group * heads + head]. */
  readonly scores: Float64Array;
  /** What a group and each of its members take from a score, so that small sets win where scores are equal. */
  readonly perGroup: number;
  readonly perMember: number;
};

/** Relative to the largest affinity: far below any difference that means anything, and above rounding. */
const PER_MEMBER = 1e-11;

/** Scores every group. @param largest The largest affinity, above 0. */
export function scoredGroups(matrix: Affinities['matrix'], largest: number): ScoredGroups {
  const heads = matrix.length;
  const scores = new Float64Array(2 ** heads * heads);
  for (let group = 1; group < 2 ** heads; group++) {
    const helperCount = memberCount(group) - 1;
    for (let head = 0; head < heads; head++) {
      let sum = 0;
      for (let helper = 0; helper < heads; helper++)
        if (helper !== head && (group >> helper) & 1) sum += matrix[head]![helper]!;
      scores[group * heads + head] = helperCount > 0 ? sum / helperCount : 0;
    }
  }
  const perMember = PER_MEMBER * largest;
  // More than the members of all groups together.
  return {heads, scores, perMember, perGroup: perMember * (heads ** 2 + 1)};
}

/** The number of heads of a mask. */
function memberCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest > 0; rest &= rest - 1) count += 1;
  return count;
}

/** What a group takes from the score for its size. */
export function chargeOf({perGroup, perMember}: ScoredGroups, group: number): number {
  return perGroup + perMember * memberCount(group);
}

/** What a unit of cost takes from the score, and the cost of each group. */
type Prices = {readonly price: number; readonly costs: Float64Array};

/** The best sets of groups for each set of heads that they answer. */
export type BestSets = {
  /**
   * For at most 1, 2, … groups: the sum of the scores of the answered heads without the charges of the
   * groups, by the mask of these heads; -Infinity where no set answers them.
   */
  readonly values: readonly Float64Array[];
  /** The group of a set of one. */
  readonly single: Int32Array;
  /** For at most 1, 2, … groups: the heads that the first group answers; 0 where fewer groups are as good. */
  readonly parts: readonly Int32Array[];
};

/** Finds the best sets of at most `most` groups, which cost nothing where no prices are given. */
export function bestSets(
  scored: ScoredGroups,
  most: number,
  prices: Prices = {price: 0, costs: new Float64Array()},
): BestSets {
  const [first, single] = singleGroups(scored, prices);
  const values = [first];
  const parts = [new Int32Array(first.length)];
  for (let count = 2; count <= most; count++) {
    const fewer = values.at(-1)!;
    const value = Float64Array.from(fewer);
    const part = new Int32Array(first.length);
    for (let heads = 1; heads < first.length; heads++) {
      const lowest = heads & -heads;
      let best = value[heads]!;
      // The parts of the set that contain its lowest head: that group is the first of its set.
      for (let rest = heads - lowest; rest > 0; rest = (rest - 1) & (heads - lowest)) {
        const sum = first[heads - rest]! + fewer[rest]!;
        if (sum <= best) continue;
        best = sum;
        part[heads] = heads - rest;
      }
      value[heads] = best;
    }
    values.push(value);
    parts.push(part);
  }
  return {values, single, parts};
}

/** For each set of heads the best group that answers it, with or without further heads that help. */
function singleGroups(scored: ScoredGroups, {price, costs}: Prices): [Float64Array, Int32Array] {
  const {heads, scores} = scored;
  const values = new Float64Array(2 ** heads).fill(Number.NEGATIVE_INFINITY);
  const groups = new Int32Array(values.length);
  const sums = new Float64Array(values.length);
  const masks = new Int32Array(values.length);
  for (let group = 1; group < values.length; group++) {
    if ((group & (group - 1)) === 0) continue;
    const charge = chargeOf(scored, group) + (price === 0 ? 0 : price * costs[group]!);
    let length = 1;
    for (let rest = group; rest > 0; rest &= rest - 1) {
      const head = 31 - Math.clz32(rest & -rest);
      const score = scores[group * heads + head]!;
      for (let before = 0; before < length; before++) {
        const sum = sums[before]! + score;
        const answered = masks[before]! | (rest & -rest);
        sums[length + before] = sum;
        masks[length + before] = answered;
        if (sum - charge <= values[answered]!) continue;
        values[answered] = sum - charge;
        groups[answered] = group;
      }
      length *= 2;
    }
  }
  return [values, groups];
}

/** The best set of at most so many groups that answers all heads, as masks. */
export function groupsOf({parts, single}: BestSets, count: number): number[] {
  const groups: number[] = [];
  let rest = single.length - 1;
  for (let left = count; rest > 0; left--) {
    const part = parts[left - 1]![rest]!;
    if (part === 0 && left > 1) continue;
    groups.push(single[left > 1 ? part : rest]!);
    rest = left > 1 ? rest - part : 0;
  }
  return groups;
}
