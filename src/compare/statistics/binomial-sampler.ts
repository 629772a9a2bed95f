import type {Random} from '../../util/random.js';

/** Counts whose probability is a smaller share of the likeliest count's are never drawn. */
const NEGLIGIBLE = 1e-18;

/**
 * Draws how often something happens in so many trials, by looking a random number up in the
 * cumulative distribution: one table for all draws, instead of a random number for each trial.
 */
export class BinomialSampler {
  readonly #first: number;
  readonly #cumulative: Float64Array;

  /** @param share Probability in one trial, 0 to 1. */
  constructor(trials: number, share: number) {
    const mode = Math.min(trials, Math.floor((trials + 1) * share));
    const below = weights(mode, count => (count * (1 - share)) / ((trials - count + 1) * share));
    const above = weights(
      trials - mode,
      rest => (rest * share) / ((trials - rest + 1) * (1 - share)),
    );
    this.#first = mode - below.length;
    this.#cumulative = cumulative(below.reverse().concat(1, above));
  }

  draw(random: Random): number {
    const wanted = random() * this.#cumulative.at(-1)!;
    let low = 0;
    let high = this.#cumulative.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#cumulative[middle]! > wanted) high = middle;
      else low = middle + 1;
    }
    return this.#first + low;
  }
}

/**
 * Probabilities of the counts on one side of the likeliest, which has 1, going away from it.
 *
 * @param steps How many counts there are on this side.
 * @param ratio Probability of the next count over that of the last, by the counts that remain.
 */
function weights(steps: number, ratio: (remaining: number) => number): number[] {
  const out: number[] = [];
  let weight = 1;
  for (let remaining = steps; remaining > 0; remaining--) {
    weight *= ratio(remaining);
    if (weight < NEGLIGIBLE) break;
    out.push(weight);
  }
  return out;
}

function cumulative(values: readonly number[]): Float64Array {
  const sums = new Float64Array(values.length);
  let sum = 0;
  for (let index = 0; index < sums.length; index++) {
    sum += values[index]!;
    sums[index] = sum;
  }
  return sums;
}
