import {normalQuantile} from './distributions.js';
import {ALPHA, noInterval, type Interval} from './interval.js';

const Z = normalQuantile(1 - ALPHA / 2);

/**
 * Wilson's score interval for a proportion, 95 % (Wilson 1927). Holds for small counts and for
 * proportions near 0 and 1, where the usual mean plus or minus two errors does not.
 *
 * @param trials May be a fraction, as an effective number of trials is.
 * @returns      [NaN, NaN] for no trials.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return noInterval;
  const fraction = successes / trials;
  const shrink = 1 + Z ** 2 / trials;
  const centre = (fraction + Z ** 2 / (2 * trials)) / shrink;
  const half =
    (Z / shrink) * Math.sqrt((fraction * (1 - fraction)) / trials + Z ** 2 / (4 * trials ** 2));
  // Rounding would leave the ends that are exactly 0 and 1 a little beside them.
  return [
    fraction === 0 ? 0 : Math.max(0, centre - half),
    fraction === 1 ? 1 : Math.min(1, centre + half),
  ];
}
