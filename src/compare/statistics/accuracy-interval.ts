import {normalQuantile, studentQuantile} from './distributions.js';
import {ALPHA, noInterval, type Interval} from './interval.js';
import {halfWidth, varianceParts} from './seeds-and-images.js';
import {wilsonInterval} from './wilson.js';

const Z = normalQuantile(1 - ALPHA / 2);

/**
 * 95 % interval of an accuracy over the seeds of a design, for other seeds and other images:
 * Wilson's interval, on as many images as would give the variance that is found over seeds and
 * images (the effective sample size of surveys, Korn and Graubard 1998). It lies within 0 to 1,
 * and is never narrower than the interval of one model on these images.
 *
 * @param correct   A row for each seed: 1 where the image is classified correctly, else 0.
 * @param sameImages Whether the seeds were evaluated on the same images, in the same order.
 * @returns         [NaN, NaN] without images.
 */
export function accuracyInterval(correct: readonly Uint8Array[], sameImages: boolean): Interval {
  const counts = correct.map(row => row.reduce((sum, value) => sum + value, 0));
  const images = correct.reduce((sum, row) => sum + row.length, 0);
  if (images === 0) return noInterval;
  const accuracy = counts.reduce((sum, count) => sum + count, 0) / images;
  const trials = sameImages ? images / correct.length : images;
  const half = sameImages
    ? halfWidth(varianceParts(correct), ALPHA)
    : halfOverSeeds(counts.map((count, seed) => count / correct[seed]!.length));
  const effective = (Z ** 2 * accuracy * (1 - accuracy)) / half ** 2;
  const limited = effective > 0 ? Math.min(trials, effective) : trials;
  return wilsonInterval(accuracy * limited, limited);
}

/** Half of Student's interval of a mean; NaN for one value. */
function halfOverSeeds(values: readonly number[]): number {
  const seeds = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / seeds;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return studentQuantile(1 - ALPHA / 2, seeds - 1) * Math.sqrt(squares / (seeds - 1) / seeds);
}
