import {LookLevels, type Looks, type Sides} from './alpha-spending.js';
import {ALPHA} from './distributions.js';
import {holm} from './paired-tests.js';

/** Levels for which those of the looks are computed: `ALPHA` and its multiples by powers of this. */
const RATIO = 1.2;
const LOWEST = -Math.ceil(Math.log(ALPHA / 1e-6) / Math.log(RATIO));
const HIGHEST = Math.floor(Math.log(0.9 / ALPHA) / Math.log(RATIO));

/** A test that is repeated while seeds are added. */
export class SequentialTest {
  readonly #levels: LookLevels;
  /** By the power of `RATIO`. */
  readonly #cache = new Map<number, readonly number[]>();

  constructor(looks: Looks, sides: Sides) {
    this.#levels = new LookLevels(looks, sides);
  }

  /** The level at which each look is tested, where all together have the level `alpha`. */
  levels(alpha: number): readonly number[] {
    return this.#levels.of(alpha);
  }

  /**
   * p after looks: the smallest level of all looks together at which one has rejected by now (Liu
   * and Anderson 2008). Without a true effect it is ever at or below alpha with a probability of at
   * most alpha, so it can be corrected for several tests like any p (Maurer and Bretz 2013).
   *
   * @param values p of the test at each look so far; NaN counts as 1.
   * @returns      1e-6 to 1.
   */
  p(values: readonly number[]): number {
    return Math.min(1, ...values.map((p, look) => this.#levelReached(p, look)));
  }

  /** Interpolates between computed levels, on logarithms. */
  #levelReached(p: number, look: number): number {
    if (!(p <= this.#levelAt(HIGHEST, look))) return 1;
    let [below, above] = [LOWEST - 1, HIGHEST];
    while (above - below > 1) {
      const middle = Math.floor((below + above) / 2);
      if (this.#levelAt(middle, look) >= p) above = middle;
      else below = middle;
    }
    const alpha = ALPHA * RATIO ** above;
    const lower = below < LOWEST ? 0 : this.#levelAt(below, look);
    const upper = this.#levelAt(above, look);
    return lower === 0 ? alpha : alpha * RATIO ** (Math.log(p / upper) / Math.log(upper / lower));
  }

  #levelAt(power: number, look: number): number {
    const levels = this.#cache.get(power) ?? this.levels(ALPHA * RATIO ** power);
    this.#cache.set(power, levels);
    return levels[look] ?? 0;
  }
}

/** What a look at a test finds. */
export type LookResult = {
  /** First minus second; its sign names the better design. */
  readonly difference: number;
  /** Two-sided p of no difference, of the seeds so far and not adjusted. */
  readonly p: number;
  /** p of two one-sided tests that the difference is smaller than the margin; not adjusted. */
  readonly pSmaller: number;
};

/** `smaller`: the difference is smaller than the margin. */
export type Outcome = 'first better' | 'second better' | 'smaller' | 'open';

type Decision = {
  readonly outcome: Outcome;
  /** Index of the look that decided, or of the last one; -1 without looks. */
  readonly look: number;
  /** p of both tests at that look, adjusted for the looks so far and for all tests (Holm). */
  readonly pAdjusted: number;
  readonly pSmallerAdjusted: number;
};

/** Decides several tests that are repeated at the same looks, each as soon as a look allows it. */
export class SequentialDecisions {
  readonly #difference: SequentialTest;
  readonly #equivalence: SequentialTest;

  constructor(looks: Looks) {
    this.#difference = new SequentialTest(looks, 2);
    this.#equivalence = new SequentialTest(looks, 1);
  }

  /**
   * Goes through the looks as they were made. Holm's correction is applied to the p of all
   * differences after each look, and separately to those of all equivalences: at most one of the two
   * is wrong about a test. Later looks only lower these p, so that a decision stays.
   *
   * @param tests The looks at each test so far; those that were decided early have fewer.
   */
  decide(tests: readonly (readonly LookResult[])[]): Decision[] {
    const decisions: Decision[] = tests.map(() => ({
      ...{outcome: 'open', look: -1, pAdjusted: 1, pSmallerAdjusted: 1},
    }));
    const looks = Math.max(0, ...tests.map(({length}) => length));
    for (let look = 0; look < looks; look++) {
      const adjusted = this.#adjustedAt(look, tests);
      tests.forEach((results, index) => {
        const result = results[look];
        if (decisions[index]!.outcome !== 'open' || result === undefined) return;
        const [pAdjusted, pSmallerAdjusted] = [adjusted.p[index]!, adjusted.pSmaller[index]!];
        const outcome = outcomeOf(result, pAdjusted, pSmallerAdjusted);
        decisions[index] = {outcome, look, pAdjusted, pSmallerAdjusted};
      });
    }
    return decisions;
  }

  /** The level of a difference at each look, where the error is divided among so many tests. */
  levels(tests: number): readonly number[] {
    return this.#difference.levels(ALPHA / Math.max(1, tests));
  }

  #adjustedAt(
    look: number,
    tests: readonly (readonly LookResult[])[],
  ): {readonly p: readonly number[]; readonly pSmaller: readonly number[]} {
    const upToLook = tests.map(results => results.slice(0, look + 1));
    return {
      p: holm(upToLook.map(results => this.#difference.p(results.map(({p}) => p)))),
      pSmaller: holm(
        upToLook.map(results => this.#equivalence.p(results.map(({pSmaller}) => pSmaller))),
      ),
    };
  }
}

function outcomeOf({difference}: LookResult, pAdjusted: number, pSmallerAdjusted: number): Outcome {
  if (pAdjusted <= ALPHA) return difference > 0 ? 'first better' : 'second better';
  return pSmallerAdjusted <= ALPHA ? 'smaller' : 'open';
}
