import {normalQuantile} from './distributions.js';
import {ALPHA, noInterval, type Interval} from './interval.js';

const Z = normalQuantile(1 - ALPHA / 2);

/**
 * Wilson's score interval for a share, 95 % (Wilson 1927). Holds for small counts and for shares
 * near 0 and 1, where the usual mean plus or minus two errors does not.
 *
 * @returns [NaN, NaN] for no trials.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return noInterval;
  const share = successes / trials;
  const shrink = 1 + Z ** 2 / trials;
  const centre = (share + Z ** 2 / (2 * trials)) / shrink;
  const half =
    (Z / shrink) * Math.sqrt((share * (1 - share)) / trials + Z ** 2 / (4 * trials ** 2));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}
