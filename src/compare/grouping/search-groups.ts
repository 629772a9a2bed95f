import {seededRandom, shuffled, type Random} from '../../util/random.js';
import {
  largestAffinity,
  mostGroups,
  ROUNDING,
  type Affinities,
  type GroupBudget,
} from './grouping.js';
import {sum} from '../../util/sum.js';

const SEED = 1;

/**
 * Searches for the best set of at most `most` groups, for more heads than an exact search can take:
 * from random partitions, a head enters, leaves or changes a group as long as that raises the score. The
 * same matrix gives the same set.
 *
 * @param reads What the search may take.
 * @returns     Lists of heads; undefined where the budget allows no set.
 */
export function searchGroups(
  matrix: Affinities['matrix'],
  most: number,
  {budget, reads}: {readonly budget: GroupBudget | undefined; readonly reads: number},
): (readonly number[])[] | undefined {
  const random = seededRandom(SEED);
  const allowed = mostGroups(most, budget);
  if (allowed < 1) return undefined;
  const draft = new Draft(matrix, allowed, budget);
  let [best, bestValue] = [draft.groups(), Number.NEGATIVE_INFINITY];
  for (let start = 0; start === 0 || draft.reads < reads; start++) {
    draft.begin(random);
    const value = climb(draft, random, reads);
    if (value <= bestValue + draft.rounding) continue;
    best = draft.groups();
    bestValue = value;
  }
  return best;
}

/** Changes a draft until no single change raises its value, or as long as it may. @returns Its value. */
function climb(draft: Draft, random: Random, reads: number): number {
  const {heads, most} = draft;
  let value = draft.value();
  for (let isRising = true; isRising;) {
    isRising = false;
    for (const move of shuffled([...Array(heads * most * most).keys()], random)) {
      if (draft.reads >= reads) return value;
      const head = move % heads;
      const from = Math.floor(move / heads) % most;
      const to = Math.floor(move / heads / most);
      // A move from a group to itself is a change of that group alone.
      if (from !== to && (!draft.has(from, head) || draft.has(to, head))) continue;
      const change = (): void => {
        draft.toggle(from, head);
        if (from !== to) draft.toggle(to, head);
      };
      change();
      const changed = draft.value();
      if (changed > value + draft.rounding) {
        value = changed;
        isRising = true;
      } else change();
    }
  }
  return value;
}

/** Groups that change head by head, with the sums of the affinities onto each head. */
class Draft {
  readonly heads: number;
  readonly rounding: number;
  reads = 0;
  /** Score of a head that is alone; below any sum of scores that a change could bring. */
  readonly #alone: number;
  readonly #isMember: Uint8Array;
  readonly #sizes: Int32Array;
  readonly #sums: Float64Array;
  /** `[helping * heads + affected]`; the diagonal is 0. */
  readonly #affinities: Float64Array;

  constructor(
    matrix: Affinities['matrix'],
    readonly most: number,
    readonly budget: GroupBudget | undefined,
  ) {
    this.heads = matrix.length;
    const largest = largestAffinity(matrix);
    this.rounding = ROUNDING * largest;
    this.#alone = -4 * this.heads * (largest + 1);
    this.#isMember = new Uint8Array(most * this.heads);
    this.#sizes = new Int32Array(most);
    this.#sums = new Float64Array(most * this.heads);
    this.#affinities = new Float64Array(this.heads ** 2);
    matrix.forEach((row, affected) =>
      row.forEach((value, helping) => {
        if (affected !== helping) this.#affinities[helping * this.heads + affected] = value;
      }),
    );
  }

  /** Starts from a random partition. */
  begin(random: Random): void {
    this.#isMember.fill(0);
    this.#sizes.fill(0);
    this.#sums.fill(0);
    for (let head = 0; head < this.heads; head++)
      this.toggle(Math.floor(random() * this.most), head);
  }

  has(group: number, head: number): boolean {
    return this.#isMember[group * this.heads + head] === 1;
  }

  toggle(group: number, head: number): void {
    const place = group * this.heads;
    const sign = this.has(group, head) ? -1 : 1;
    this.#isMember[place + head]! ^= 1;
    this.#sizes[group]! += sign;
    for (let affected = 0; affected < this.heads; affected++)
      this.#sums[place + affected]! += sign * this.#affinities[head * this.heads + affected]!;
    this.reads += this.heads;
  }

  /** The sum of the heads' scores; -Infinity above the budget. */
  value(): number {
    this.reads += this.most * this.heads;
    if (this.#cost() > (this.budget?.limit ?? 0) + ROUNDING) return Number.NEGATIVE_INFINITY;
    let value = 0;
    for (let head = 0; head < this.heads; head++) {
      let best = this.#alone;
      for (let group = 0; group < this.most; group++) {
        const place = group * this.heads + head;
        const helpers = this.#sizes[group]! - 1;
        if (this.#isMember[place] === 1 && helpers > 0)
          best = Math.max(best, this.#sums[place]! / helpers);
      }
      value += best;
    }
    return value;
  }

  #cost(): number {
    if (this.budget === undefined) return 0;
    const {group: perGroup, heads} = this.budget;
    let cost = 0;
    for (let group = 0; group < this.most; group++) {
      if (this.#sizes[group]! > 0) cost += perGroup;
      for (let head = 0; head < this.heads; head++) if (this.has(group, head)) cost += heads[head]!;
    }
    return cost;
  }

  groups(): number[][] {
    return Array.from({length: this.most}, (_, group) =>
      Array.from({length: this.heads}, (__, head) => head).filter(head => this.has(group, head)),
    ).filter(({length}) => length > 0);
  }
}

/**
 * An upper bound of the score of any set of at most `most` groups. A group that answers p heads has p
 * members or more, so none of them scores above the mean of its p - 1 largest affinities. The bound is the
 * largest sum of these over all ways to divide the heads into so many sizes, where a head may be taken
 * more than once; to charge for that, each head is first given its mean for one size, and the lowest bound
 * over these sizes counts (a Lagrangian relaxation).
 */
export function scoreBound(matrix: Affinities['matrix'], most: number): number {
  const heads = matrix.length;
  const means = matrix.map((row, head) => largestMeans(row.filter((_, helper) => helper !== head)));
  const bounds = Array.from({length: heads - 1}, (_, index) => {
    const given = means.map(ofHead => ofHead[index]!);
    const values = Array.from({length: heads}, (__, smaller) => {
      const size = smaller + 1;
      const gains = means.map((ofHead, head) => ofHead[Math.max(0, size - 2)]! - given[head]!);
      return sum(gains.sort((a, b) => b - a).slice(0, size));
    });
    return sum(given) + bestDivision(values, most);
  });
  return Math.min(...bounds) / heads;
}

/** The mean of the largest value, of the two largest, and so on. */
function largestMeans(values: readonly number[]): number[] {
  let total = 0;
  return [...values].sort((a, b) => b - a).map((value, index) => (total += value) / (index + 1));
}

/** The largest sum of values of at most so many sizes that add up to all. @param values By size - 1. */
function bestDivision(values: readonly number[], most: number): number {
  let best = [0, ...values.map(() => Number.NEGATIVE_INFINITY)];
  for (let count = 0; count < most; count++)
    best = best.map((fewer, all) =>
      values
        .slice(0, all)
        .reduce(
          (largest, value, smaller) => Math.max(largest, best[all - smaller - 1]! + value),
          fewer,
        ),
    );
  return best.at(-1)!;
}
