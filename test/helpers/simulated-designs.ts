import {normalTails} from '../../src/compare/statistics/distributions.js';
import type {Random} from '../../src/util/random.js';

/** Standard deviations of what seeds, images, and both together add to a design's advantage. */
type Spread = {readonly seed: number; readonly image: number; readonly both: number};

export const spreads: readonly Spread[] = [
  {seed: 0, image: 0, both: 0.6},
  {seed: 0, image: 0.5, both: 0.4},
  {seed: 0.1, image: 0.3, both: 0.5},
  {seed: 0.2, image: 0, both: 0.6},
  {seed: 0.2, image: 0.5, both: 0.4},
  {seed: 0.1, image: 0.6, both: 0.1},
  // Like two networks of the tutorial on 200 photographs of LFW.
  {seed: 0.04, image: 0.3, both: 0.5},
];

/** Draws pairs of designs whose true difference is known. */
export class SimulatedDesigns {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  #normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#random()));
    return radius * Math.cos(2 * Math.PI * this.#random());
  }

  /** An advantage for each seed and image, drawn anew. */
  levels(seeds: number, images: number, spread: Spread, mean: number): number[][] {
    const byImage = Array.from({length: images}, () => mean + spread.image * this.#normal());
    return Array.from({length: seeds}, () => {
      const bySeed = spread.seed * this.#normal();
      return byImage.map(level => level + bySeed + spread.both * this.#normal());
    });
  }

  /** -1, 0 or 1 for each image of each seed. */
  differences(seeds: number, images: number, spread: Spread, mean: number): Int8Array[] {
    return this.levels(seeds, images, spread, mean).map(row =>
      Int8Array.from(row, level => (level > 1 ? 1 : level < -1 ? -1 : 0)),
    );
  }
}

/** The probability of a standard normal value above this one. */
export function normalAbove(value: number): number {
  return value < 0 ? 1 - normalTails(value) / 2 : normalTails(value) / 2;
}

export function deviationOf({seed, image, both}: Spread): number {
  return Math.hypot(seed, image, both);
}

/** The true difference of designs with this mean advantage. */
export function trueDifference(spread: Spread, mean: number): number {
  const deviation = deviationOf(spread);
  return normalAbove((1 - mean) / deviation) - normalAbove((1 + mean) / deviation);
}
