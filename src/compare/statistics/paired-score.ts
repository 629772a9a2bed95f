import {normalQuantile} from './distributions.js';
import {ALPHA, noInterval, type Interval} from './interval.js';

/** How two models did on the same images. Counts may be fractions, as means over seeds are. */
export type PairedCounts = {
  /** Images that only the first classifies correctly. */
  readonly firstOnlyCorrect: number;
  /** Images that only the second classifies correctly. */
  readonly secondOnlyCorrect: number;
  readonly images: number;
};

const Z = normalQuantile(1 - ALPHA / 2);
const HALVINGS = 60;

/**
 * 95 % score interval for the difference of two accuracies on the same images (Tango 1998). Unlike
 * the Wald or bootstrap interval it never has zero width, also where the models never disagree, and
 * never leaves -1 to 1.
 *
 * @returns First minus second, as fractions; [NaN, NaN] for no images.
 */
export function pairedScoreInterval(counts: PairedCounts): Interval {
  const {firstOnlyCorrect, secondOnlyCorrect, images} = counts;
  if (images === 0) return noInterval;
  const difference = (firstOnlyCorrect - secondOnlyCorrect) / images;
  const low = edge(difference, -1, delta => score(counts, delta) <= Z);
  const high = edge(difference, 1, delta => score(counts, delta) >= -Z);
  return [low, high];
}

/** The last value on the way from `inside` to `bound` that the test does not reject. */
function edge(inside: number, bound: number, accepted: (delta: number) => boolean): number {
  let [near, far] = [inside, bound];
  for (let halving = 0; halving < HALVINGS; halving++) {
    const middle = (near + far) / 2;
    if (accepted(middle)) near = middle;
    else far = middle;
  }
  return near;
}

/** Tango's statistic for the hypothesis that the true difference is `delta`, above -1 and below 1. */
function score({firstOnlyCorrect, secondOnlyCorrect, images}: PairedCounts, delta: number): number {
  const a = 2 * images;
  const b =
    (2 * images - firstOnlyCorrect + secondOnlyCorrect) * delta -
    firstOnlyCorrect -
    secondOnlyCorrect;
  const c = -secondOnlyCorrect * delta * (1 - delta);
  const probability = (Math.sqrt(Math.max(0, b ** 2 - 4 * a * c)) - b) / (2 * a);
  const variance = images * (2 * probability + delta * (1 - delta));
  const distance = firstOnlyCorrect - secondOnlyCorrect - images * delta;
  if (variance <= 0) return distance === 0 ? 0 : Math.sign(distance) * Number.POSITIVE_INFINITY;
  return distance / Math.sqrt(variance);
}
