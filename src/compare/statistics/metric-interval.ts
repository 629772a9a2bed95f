import {wilsonInterval} from './accuracy-interval.js';
import {ALPHA, noInterval, Z, type Interval} from './distributions.js';
import type {Influence} from './influence.js';
import {overSeeds} from './over-seeds.js';
import {halfWidth, varianceParts} from './seeds-and-images.js';
import {sum} from '../../util/sum.js';

/**
 * Half the width of a metric's 95 % interval over seeds and images, and never less than a single run
 * has on these images.
 *
 * @param influences On the metric, one per seed.
 * @param sameImages Whether all seeds were evaluated on the same images, in the same order.
 */
export function metricHalfWidth(influences: readonly Influence[], sameImages: boolean): number {
  const seeds = influences.length;
  const byImages =
    Z * Math.sqrt(sum(influences.map(imageVariance)) / (sameImages ? seeds : seeds ** 2));
  if (seeds < 2) return byImages;
  const rows = influences.map(({value, values}) => values.map(part => part + value));
  const [low, high] = overSeeds(influences.map(({value}) => value)).interval;
  return Math.max(byImages, sameImages ? halfWidth(varianceParts(rows), ALPHA) : (high - low) / 2);
}

/**
 * 95 % interval of a metric that is a fraction, over seeds and images: Wilson's interval for the
 * number of images that would give a proportion the same variance (Korn and Graubard 1998). It lies
 * within 0 and 1, and for the recall of a single run it is Wilson's interval of a proportion.
 *
 * @returns [NaN, NaN] where the metric is not defined for a seed.
 */
export function metricInterval(influences: readonly Influence[], sameImages: boolean): Interval {
  const {mean} = overSeeds(influences.map(({value}) => value));
  if (Number.isNaN(mean)) return noInterval;
  const half = metricHalfWidth(influences, sameImages);
  const effective = (Z ** 2 * mean * (1 - mean)) / half ** 2;
  // Where all images agree there is no variance; the images that the metric counts are the limit.
  const counted = Math.min(...influences.map(influence => influence.counted));
  const trials = effective > 0 && Number.isFinite(effective) ? effective : counted;
  return wilsonInterval(mean * trials, trials);
}

/** The variance of one run's metric over images. */
function imageVariance({values}: Influence): number {
  let squares = 0;
  for (const value of values) squares += value ** 2;
  return squares / values.length ** 2;
}
