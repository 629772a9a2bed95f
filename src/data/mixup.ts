import type {Augmentation} from '../experiment/training-schema.js';
import {deriveSeed, seededRandom, type Random} from '../util/random.js';
import type {AugmentationOfEpoch} from './augment.js';

/** Fractions are whole numbers of this part, in bits: float32 has them exactly. */
const BITS = 16;

/** The keys of `training.augment` that change images: those that are not 0 or false. */
export function changesOf(augmentation: Augmentation | undefined = {}): readonly string[] {
  return Object.entries(augmentation).flatMap(([key, value]) =>
    value === undefined || value === false || value === 0 ? [] : [key],
  );
}

/** Whether `training.augment` mixes images. */
export function mixesImages(augmentation: Augmentation | undefined): boolean {
  return (augmentation?.mixup ?? 0) > 0;
}

/** For people who see the accuracy of mixed images. */
export const MIXUP_NOTE =
  'Training images are mixed (mixup): their accuracy counts the label that weighs more, and is lower than that of the images as they are.';

/**
 * Mixes each image with the one after it (mixup, Zhang et al. 2018): (1 - f) times the image plus f times
 * the next, rounded to bytes. With l of a Beta(alpha, alpha) distribution, f is the smaller of l and 1 - l, so
 * that an image never weighs less than the one that is mixed in: over a random order both have the same
 * distribution. f follows from the seed, the epoch and the position alone.
 *
 * @param images    RGB, one after another, with one image more than there are positions; changed in place.
 * @param positions Positions of the images in the training set.
 * @returns         f of each image: [positions.length], 0 to 0.5.
 */
export function mixUp(
  images: Uint8Array,
  positions: Uint32Array,
  {augmentation: {mixup: alpha = 0}, seed, epoch}: AugmentationOfEpoch,
): Float32Array {
  const bytes = images.length / (positions.length + 1);
  return Float32Array.from(positions, (position, index) => {
    const random = seededRandom(deriveSeed(seed, `mixup/${epoch}/${position}`));
    const part = Math.round(drawFraction(alpha, random) * 2 ** BITS);
    const end = part === 0 ? 0 : (index + 1) * bytes;
    for (let at = index * bytes; at < end; at++) {
      const value = images[at]!;
      const change = Math.imul(images[at + bytes]! - value, part);
      images[at] = ((value << BITS) + change + (1 << (BITS - 1))) >> BITS;
    }
    return part / 2 ** BITS;
  });
}

/** The smaller of l and 1 - l, where l has a Beta(alpha, alpha) distribution (Jöhnk 1964). */
function drawFraction(alpha: number, random: Random): number {
  for (;;) {
    const [a, b] = [random() ** (1 / alpha), random() ** (1 / alpha)];
    const sum = a + b;
    if (sum > 0 && sum <= 1) return Math.min(a, b) / sum;
  }
}
