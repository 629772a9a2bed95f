import {ALPHA, noInterval, Z, type Interval} from './distributions.js';
import {overSeeds} from './over-seeds.js';
import {halfWidth, varianceParts} from './seeds-and-images.js';
import {sum} from '../../util/sum.js';

/**
 * Wilson's 95 % score interval for a proportion (1927). Unlike the mean plus or minus two standard
 * errors, it holds for small counts and for proportions near 0 and 1.
 *
 * @param trials An effective number of trials may be a fraction.
 * @returns      [NaN, NaN] for 0 trials.
 */
export function wilsonInterval(successes: number, trials: number): Interval {
  if (trials === 0) return noInterval;
  const fraction = successes / trials;
  const shrink = 1 + Z ** 2 / trials;
  const centre = (fraction + Z ** 2 / (2 * trials)) / shrink;
  const half =
    (Z / shrink) * Math.sqrt((fraction * (1 - fraction)) / trials + Z ** 2 / (4 * trials ** 2));
  // These ends are exactly 0 and 1; rounding would miss them.
  return [
    fraction === 0 ? 0 : Math.max(0, centre - half),
    fraction === 1 ? 1 : Math.min(1, centre + half),
  ];
}

/**
 * 95 % interval of a design's accuracy over seeds and images: Wilson's interval for the effective
 * number of images, which gives the same variance (Korn and Graubard 1998). It lies within 0 and 1,
 * and is at least as wide as the interval of one model on these images.
 *
 * @param correct    A row per seed: 1 where the image is classified correctly, else 0.
 * @param sameImages Whether all seeds were evaluated on the same images, in the same order.
 * @returns          [NaN, NaN] without images.
 */
export function accuracyInterval(correct: readonly Uint8Array[], sameImages: boolean): Interval {
  const counts = correct.map(sum);
  const images = sum(correct.map(row => row.length));
  if (images === 0) return noInterval;
  const accuracy = sum(counts) / images;
  const trials = sameImages ? images / correct.length : images;
  const half = sameImages
    ? halfWidth(varianceParts(correct), ALPHA)
    : halfOf(overSeeds(counts.map((count, seed) => count / correct[seed]!.length)).interval);
  const effective = (Z ** 2 * accuracy * (1 - accuracy)) / half ** 2;
  const limited = effective > 0 ? Math.min(trials, effective) : trials;
  return wilsonInterval(accuracy * limited, limited);
}

function halfOf([low, high]: Interval): number {
  return (high - low) / 2;
}
