import {quantileSorted} from 'simple-statistics';
import {ALPHA, normalQuantile, noInterval, Z, type Interval} from './distributions.js';

/** A fraction with its 95 % interval. */
export type Estimate = {readonly value: number; readonly interval: Interval};

/**
 * 95 % interval of the smallest of several fractions. The smallest is on average too small, the more
 * so the closer the fractions are to each other, and that of a resample once more. So the lower end is
 * that of the resamples, and the upper end the larger of theirs and of the one that mirrors the lower
 * end (the basic bootstrap of Davison and Hinkley 1997), which takes the bias back. Where all images
 * agree, resamples do not vary: the interval is never narrower than that of the smallest by itself.
 *
 * @param smallest  The smallest fraction, with its interval by itself.
 * @param resampled The smallest fraction in each resample; NaN where it has none.
 */
export function smallestInterval(
  {value, interval: [ownLow, ownHigh]}: Estimate,
  resampled: readonly number[],
): Interval {
  const [low, high] = middle(resampled);
  return limited(Math.min(low, ownLow), Math.max(high, 2 * value - low, ownHigh));
}

/**
 * 95 % interval of the gap between the largest and the smallest of several fractions, which is on
 * average too large: the mirror image of `smallestInterval`. By themselves, the two have the interval
 * of a difference of proportions (Newcombe 1998); its lower end allows for the number of pairs of which
 * theirs is the largest difference (Bonferroni), because slices that are alike have a gap of 0.
 *
 * @param count     Number of fractions.
 * @param resampled The gap in each resample; NaN where it has none.
 */
export function gapInterval(
  largest: Estimate,
  smallest: Estimate,
  count: number,
  resampled: readonly number[],
): Interval {
  const gap = largest.value - smallest.value;
  const [low, high] = middle(resampled);
  const below = Math.hypot(
    largest.value - largest.interval[0],
    smallest.interval[1] - smallest.value,
  );
  const above = Math.hypot(
    largest.interval[1] - largest.value,
    smallest.value - smallest.interval[0],
  );
  const pairs = (count * (count - 1)) / 2;
  const allowance = normalQuantile(1 - ALPHA / 2 / pairs) / Z;
  return limited(
    Math.min(low, 2 * gap - high, gap - allowance * below),
    Math.max(high, gap + above),
  );
}

/** What lies between the outer 2.5 % on each side. */
function middle(resampled: readonly number[]): Interval {
  const sorted = resampled.filter(value => !Number.isNaN(value)).sort((a, b) => a - b);
  if (sorted.length === 0) return noInterval;
  return [quantileSorted(sorted, ALPHA / 2), quantileSorted(sorted, 1 - ALPHA / 2)];
}

function limited(low: number, high: number): Interval {
  return [Math.max(0, low), Math.min(1, high)];
}
