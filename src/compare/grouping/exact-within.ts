import {bestSets, chargeOf, groupsOf, type BestSets, type ScoredGroups} from './best-sets.js';
import {mostGroups, ROUNDING, type GroupBudget} from './grouping.js';

/** Groups that answer some of the heads. */
type Choice = {
  /** The sum over the answered heads, without the charges for sizes. */
  readonly score: number;
  readonly cost: number;
  readonly groups: readonly number[];
};

type Task = {
  readonly scored: ScoredGroups;
  readonly costs: Float64Array;
  /** The limit without what all groups share. */
  readonly room: number;
  /** The mask of all heads. */
  readonly all: number;
};

/** The best sets where cost has a price, and the score that no set within the budget exceeds. */
type Bound = {readonly price: number; readonly sets: BestSets; readonly limit: number};

const MOST_PRICES = 30;

/**
 * Finds the best sets of groups within a budget.
 *
 * With a price on cost and the budget's room given back, a set within the budget does not lose: so the best
 * set at any price bounds what the budget allows (a Lagrangian relaxation). The price with the lowest bound
 * is found between a set within the budget and one beyond it; what may exceed the best set that was met on
 * the way is then searched in full, and for 12 heads that is little.
 *
 * @returns The best set of at most 1, 2, … groups as masks, for as many groups as the budget allows.
 */
export function bestWithin(scored: ScoredGroups, most: number, budget: GroupBudget): number[][] {
  const all = 2 ** scored.heads - 1;
  const costs = groupCosts(scored, budget);
  const task = {scored, costs, room: budget.limit + ROUNDING, all};
  // No set of groups costs less than one group of all heads.
  if (costs[all]! > task.room) return [];
  const allowed = mostGroups(most, budget);
  const free = bestSets(scored, allowed);
  let best = choiceOf(task, [all]);
  const choices = [best];
  for (let count = 2; count <= allowed; count++) {
    const beyond = choiceOf(task, groupsOf(free, count));
    if (beyond.cost <= task.room) best = beyond;
    else {
      const {within, bound} = priced(task, count, {within: best, beyond});
      best = searched(task, count, within, bound);
    }
    choices.push(best);
  }
  return choices.map(({groups}) => [...groups]);
}

function groupCosts({heads}: ScoredGroups, {group, heads: ofHeads}: GroupBudget): Float64Array {
  const costs = new Float64Array(2 ** heads).fill(group);
  costs.forEach((_, mask) => {
    for (let head = 0; head < heads; head++) if ((mask >> head) & 1) costs[mask]! += ofHeads[head]!;
  });
  return costs;
}

/** A set of groups with its score and its cost. */
function choiceOf({scored, costs}: Task, groups: readonly number[]): Choice {
  const {heads, scores} = scored;
  let [score, cost] = [0, 0];
  for (const group of groups) {
    score -= chargeOf(scored, group);
    cost += costs[group]!;
  }
  for (let head = 0; head < heads; head++)
    score += Math.max(
      ...groups.filter(group => (group >> head) & 1).map(group => scores[group * heads + head]!),
    );
  return {score, cost, groups};
}

/**
 * Finds the price at which the bound of sets of at most `count` groups is lowest, and the best set within
 * the budget that is the best one at some price.
 *
 * @param ends A set within the budget, and the best one without a budget, which is beyond it.
 */
function priced(
  task: Task,
  count: number,
  ends: {readonly within: Choice; readonly beyond: Choice},
): {readonly within: Choice; readonly bound: Bound} {
  let {within, beyond} = ends;
  let best = within;
  let bound: Bound | undefined;
  for (let tries = 0; tries < MOST_PRICES; tries++) {
    const price = Math.max(0, (beyond.score - within.score) / (beyond.cost - within.cost));
    const sets = bestSets(task.scored, count, {price, costs: task.costs});
    const value = sets.values[count - 1]![task.all]!;
    const limit = value + price * task.room;
    if (bound === undefined || limit < bound.limit) bound = {price, sets, limit};
    const choice = choiceOf(task, groupsOf(sets, count));
    if (choice.cost <= task.room && choice.score > best.score) best = choice;
    // The best set at this price is on the line between the two: no other price has a lower bound.
    if (value <= beyond.score - price * beyond.cost + task.scored.perMember) break;
    if (choice.cost <= task.room) within = choice;
    else beyond = choice;
  }
  return {within: best, bound: bound!};
}

/**
 * Searches for a set of at most `count` groups that is better than the best one so far. Each step adds the
 * group that answers the lowest head that is not answered yet.
 */
function searched(task: Task, count: number, within: Choice, bound: Bound): Choice {
  const search = new Search(task, count, within, bound);
  if (bound.limit <= within.score + task.scored.perMember / 2) return within;
  let open: Map<number, Choice[]> = new Map([[0, [{score: 0, cost: 0, groups: []}]]]);
  for (let left = count; left > 0; left--) open = search.extended(open, left - 1);
  return search.best;
}

class Search {
  best: Choice;
  readonly #task: Task;
  readonly #count: number;
  readonly #bound: Bound;
  /** For each set of heads the groups that may answer it, none better than another that costs no more. */
  readonly #fronts = new Map<number, readonly Choice[]>();

  constructor(task: Task, count: number, within: Choice, bound: Bound) {
    this.best = within;
    this.#task = task;
    this.#count = count;
    this.#bound = bound;
  }

  /**
   * Adds one group to each choice.
   *
   * @param open By the mask of the heads that they answer.
   * @param left Number of groups that may follow.
   */
  extended(open: ReadonlyMap<number, readonly Choice[]>, left: number): Map<number, Choice[]> {
    const further = new Map<number, Choice[]>();
    for (const [answered, choices] of open) {
      const rest = this.#task.all - answered;
      const lowest = rest & -rest;
      const most = Math.max(...choices.map(choice => this.#value(choice)));
      for (let after = left === 0 ? 0 : rest - lowest; ; after = (after - 1) & (rest - lowest)) {
        const following = this.#following(after, left);
        if (this.#isPromising(most + this.#bound.sets.values[0]![rest - after]! + following))
          for (const first of choices)
            for (const second of this.#front(rest - after))
              this.#add(further, this.#task.all - after, joined(first, second), following);
        if (after === 0) break;
      }
    }
    return further;
  }

  #add(further: Map<number, Choice[]>, answered: number, choice: Choice, following: number): void {
    const {room, all, costs} = this.#task;
    const after = all - answered;
    // One group of the heads that are left is the cheapest.
    if (choice.cost + (after === 0 ? 0 : costs[after]!) > room) return;
    if (!this.#isPromising(this.#value(choice) + following)) return;
    if (after === 0) {
      if (choice.score > this.best.score) this.best = choice;
      return;
    }
    const front = further.get(answered) ?? [];
    insert(front, choice);
    further.set(answered, front);
  }

  /** What so many groups for the heads that are left are worth at most, at the price. */
  #following(after: number, left: number): number {
    return after === 0 ? 0 : this.#bound.sets.values[left - 1]![after]!;
  }

  /** The score of a choice at the price. */
  #value({score, cost}: Choice): number {
    return score - this.#bound.price * cost;
  }

  /** Whether a set of this value at the price may be better than the best one so far. */
  #isPromising(value: number): boolean {
    const {price} = this.#bound;
    const {room, scored} = this.#task;
    return value + price * room > this.best.score + scored.perMember / 2;
  }

  #front(answered: number): readonly Choice[] {
    const cached = this.#fronts.get(answered);
    if (cached !== undefined) return cached;
    const front: Choice[] = [];
    const {scored, costs, all} = this.#task;
    const {heads, scores} = scored;
    const following = this.#following(all - answered, this.#count - 1);
    for (let helpers = all - answered; ; helpers = (helpers - 1) & (all - answered)) {
      const group = answered | helpers;
      let score = -chargeOf(scored, group);
      for (let head = 0; head < heads; head++)
        if ((answered >> head) & 1) score += scores[group * heads + head]!;
      const choice = {score, cost: costs[group]!, groups: [group]};
      if ((group & (group - 1)) !== 0 && this.#isPromising(this.#value(choice) + following))
        insert(front, choice);
      if (helpers === 0) break;
    }
    this.#fronts.set(answered, front);
    return front;
  }
}

function joined(first: Choice, second: Choice): Choice {
  return {
    score: first.score + second.score,
    cost: first.cost + second.cost,
    groups: [...first.groups, ...second.groups],
  };
}

/** Adds a choice to those of which none is better than another that costs no more. */
function insert(front: Choice[], choice: Choice): void {
  for (const {score, cost} of front) if (cost <= choice.cost && score >= choice.score) return;
  let length = 0;
  for (const rival of front)
    if (rival.cost < choice.cost || rival.score > choice.score) front[length++] = rival;
  front.length = length;
  front.push(choice);
}
