import {normalTails} from './distributions.js';

/** Below so many images that differ, every pattern of signs is counted. */
const EXACT_BELOW = 25;

/**
 * McNemar's test for several seeds at once: if both designs are equally good, each image favours
 * either with the same probability, all its seeds together. For one seed this is McNemar's test
 * without the continuity correction, exact below 25 discordant images.
 *
 * @param sums For each image, seeds in which only the first is correct minus those in which only
 *             the second is: integers.
 * @returns    Two-sided p, 0 to 1; 1 where no image favours either.
 */
export function signFlipTest(sums: readonly number[]): number {
  const sizes = sums.map(Math.abs).filter(size => size > 0);
  const distance = Math.abs(sums.reduce((total, sum) => total + sum, 0));
  if (sizes.length === 0) return 1;
  if (sizes.length < EXACT_BELOW) return exact(sizes, distance);
  return normalTails(distance / Math.sqrt(sizes.reduce((total, size) => total + size ** 2, 0)));
}

/** The probability of a total at least this far from 0, each size with a random sign. */
function exact(sizes: readonly number[], distance: number): number {
  const most = sizes.reduce((total, size) => total + size, 0);
  let probabilities = new Float64Array(2 * most + 1);
  probabilities[most] = 1;
  for (const size of sizes) {
    const next = new Float64Array(probabilities.length);
    probabilities.forEach((probability, at) => {
      if (probability === 0) return;
      next[at - size]! += probability / 2;
      next[at + size]! += probability / 2;
    });
    probabilities = next;
  }
  const tails = probabilities.reduce(
    (total, probability, at) => (Math.abs(at - most) >= distance ? total + probability : total),
    0,
  );
  return Math.min(1, tails);
}
