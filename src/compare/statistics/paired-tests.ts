import {binomialDistribution} from 'simple-statistics';
import {
  chiSquaredTail,
  noInterval,
  normalTails,
  studentTails,
  Z,
  type Interval,
} from './distributions.js';
import {sum} from '../../util/sum.js';

/** With fewer discordant images, tests are exact. */
const EXACT_BELOW = 25;

type McNemar = {
  /** Two-sided: the probability of such a difference between equally good models. */
  readonly p: number;
  readonly method: 'exact binomial' | "chi-squared with Edwards' correction";
  /** Images that exactly one model classifies correctly. */
  readonly disagreements: number;
};

/**
 * McNemar's test (1947) of two models on the same images: does each win equally many of the images
 * that only one classifies correctly? Exact below 25 such images, else chi-squared with the
 * continuity correction of Edwards (1948), (|b - c| - 1)^2 / (b + c).
 *
 * @param firstOnlyCorrect  Images that only the first classifies correctly.
 * @param secondOnlyCorrect Images that only the second classifies correctly.
 */
export function mcnemar(firstOnlyCorrect: number, secondOnlyCorrect: number): McNemar {
  const disagreements = firstOnlyCorrect + secondOnlyCorrect;
  if (disagreements < EXACT_BELOW) {
    const p = exactTails(Math.min(firstOnlyCorrect, secondOnlyCorrect), disagreements);
    return {p, method: 'exact binomial', disagreements};
  }
  const distance = Math.max(0, Math.abs(firstOnlyCorrect - secondOnlyCorrect) - 1);
  const p = chiSquaredTail(distance ** 2 / disagreements);
  return {p, method: "chi-squared with Edwards' correction", disagreements};
}

/** Twice the lower tail of a fair coin's distribution, at most 1. */
function exactTails(fewer: number, disagreements: number): number {
  if (disagreements === 0) return 1;
  const probabilities = binomialDistribution(disagreements, 0.5) ?? [];
  const tail = sum(probabilities.slice(0, fewer + 1));
  return Math.min(1, 2 * tail);
}

/**
 * McNemar's test for several seeds at once: between equally good designs, an image with all its
 * seeds favours either one with the same probability. For one seed this is McNemar's test without
 * the continuity correction, exact below 25 discordant images.
 *
 * @param sums What each image contributes to the difference, over the seeds. For the accuracy: the
 *             number of seeds in which only the first design is correct minus the number in which
 *             only the second is.
 * @param freedom Degrees of freedom of the variance, where a few images have most of it.
 * @returns    Two-sided p, 0 to 1; 1 where no image favours a design.
 */
export function signFlipTest(sums: ArrayLike<number>, freedom = Infinity): number {
  const sizes: number[] = [];
  let [total, squares] = [0, 0];
  for (let image = 0; image < sums.length; image++) {
    const sum = sums[image]!;
    if (sum === 0) continue;
    sizes.push(Math.abs(sum));
    total += sum;
    squares += sum ** 2;
  }
  if (sizes.length === 0) return 1;
  if (sizes.length < EXACT_BELOW) return exactSignFlips(sizes, Math.abs(total));
  return studentTails(total / Math.sqrt(squares), freedom);
}

/** Sums of the same numbers in another order differ by less than this fraction of them. */
const ROUNDING = 1e-12;

/**
 * The fraction of the signs of `sizes` whose total is at least this far from 0. The totals of each half
 * of the sizes are sorted and paired (Horowitz and Sahni 1974): thousands of steps for millions of signs.
 */
function exactSignFlips(sizes: readonly number[], distance: number): number {
  const half = Math.ceil(sizes.length / 2);
  const firsts = signedTotals(sizes.slice(0, half));
  const seconds = signedTotals(sizes.slice(half));
  const most = sum(sizes);
  const reached = distance - ROUNDING * most;
  if (reached <= 0) return 1;
  // For rising totals of the first half, ever lower totals of the second half suffice.
  let count = 0;
  let enough = seconds.length;
  for (const first of firsts) {
    while (enough > 0 && first + seconds[enough - 1]! >= reached) enough -= 1;
    count += seconds.length - enough;
  }
  return Math.min(1, (2 * count) / (firsts.length * seconds.length));
}

/** The totals for every choice of signs, the lowest first. */
function signedTotals(sizes: readonly number[]): Float64Array {
  const totals = new Float64Array(2 ** sizes.length);
  sizes.forEach((size, bit) => {
    const choices = 2 ** bit;
    for (let at = 0; at < choices; at++) {
      totals[at + choices] = totals[at]! + size;
      totals[at]! -= size;
    }
  });
  return totals.sort();
}

/** Results of two models on the same images. Means over seeds are no whole numbers. */
export type PairedCounts = {
  /** Images that only the first classifies correctly. */
  readonly firstOnlyCorrect: number;
  /** Images that only the second classifies correctly. */
  readonly secondOnlyCorrect: number;
  readonly images: number;
};

const HALVINGS = 60;

/**
 * 95 % score interval for the difference of two accuracies on the same images (Tango 1998). Unlike
 * a Wald or bootstrap interval, it has a width even where the models never disagree, and stays
 * within -1 and 1.
 *
 * @returns First minus second, as fractions; [NaN, NaN] without images.
 */
export function pairedScoreInterval(counts: PairedCounts): Interval {
  const {firstOnlyCorrect, secondOnlyCorrect, images} = counts;
  if (images === 0) return noInterval;
  const difference = (firstOnlyCorrect - secondOnlyCorrect) / images;
  const low = edge(difference, -1, delta => score(counts, delta) <= Z);
  const high = edge(difference, 1, delta => score(counts, delta) >= -Z);
  return [low, high];
}

/**
 * Tests whether the accuracies on the same images differ by less than a margin: two one-sided tests
 * (Schuirmann 1987) with the score of Tango (1998).
 *
 * @param margin Fraction of images, above 0 and below 1.
 * @returns      The larger p of the two.
 */
export function pairedEquivalence(counts: PairedCounts, margin: number): number {
  if (counts.images === 0) return 1;
  const low = score(counts, -margin);
  const high = -score(counts, margin);
  return Math.max(...[low, high].map(value => (value > 0 ? normalTails(value) / 2 : 1)));
}

/** The value nearest to `bound` that the test accepts, from `inside` on. */
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

/**
 * Holm's correction (1979) for several tests: with adjusted p values, a comparison as a whole has a
 * false positive with a probability of at most 0.05.
 *
 * @param values p of each test. NaN stays NaN and does not count as a test.
 */
export function holm(values: readonly number[]): number[] {
  const order = values
    .map((value, index) => ({value, index}))
    .filter(({value}) => !Number.isNaN(value))
    .sort((a, b) => a.value - b.value);
  const corrected = values.map(() => Number.NaN);
  let largest = 0;
  order.forEach(({value, index}, rank) => {
    largest = Math.max(largest, Math.min(1, value * (order.length - rank)));
    corrected[index] = largest;
  });
  return corrected;
}
