import type {Augmentation} from '../experiment/training-schema.js';
import {deriveSeed, seededRandom, type Random} from '../util/random.js';

/** Height and width in pixels. */
type Size = readonly [height: number, width: number];

/** Parts of a pixel in an interpolation; the product of two is a shift by `SHIFT` bits. */
const STEPS = 256;
const SHIFT = 16;
const HALF = 2 ** (SHIFT - 1);

/** What `cutout` fills with. */
const GREY = 128;

/**
 * Changes the images of a training batch at random, on their bytes, so that every backend trains on the
 * same pixels. What happens to an image follows from the seed, the epoch and its position alone: neither
 * the order of the batches nor a break changes it. The order of the changes, and what their factors mean,
 * are those of Keras's preprocessing layers.
 *
 * @param images    RGB, one after another: [positions.length * height * width * 3]; changed in place.
 * @param positions Positions of the images in the training set.
 */
export function augment(
  images: Uint8Array,
  positions: Uint32Array,
  size: Size,
  {augmentation, seed, epoch}: AugmentationOfEpoch,
): void {
  const bytes = size[0] * size[1] * 3;
  const copy = new Uint8Array(bytes);
  positions.forEach((position, index) => {
    const image = images.subarray(index * bytes, (index + 1) * bytes);
    const random = seededRandom(deriveSeed(seed, `augment/${epoch}/${position}`));
    move(image, copy, size, drawMove(augmentation, size, random));
    recolour(image, augmentation, random);
    if (augmentation.cutout !== undefined) cutOut(image, size, augmentation.cutout, random);
  });
}

export type AugmentationOfEpoch = {
  readonly augmentation: Augmentation;
  readonly seed: number;
  /** From 1. */
  readonly epoch: number;
};

/** Where the pixels of an image go. */
type Move = {
  readonly isFlipped: boolean;
  /** Pixels down and to the right. */
  readonly shift: readonly [down: number, right: number];
  /** Above 1 enlarges. */
  readonly zoom: number;
  /** Radians. */
  readonly angle: number;
};

function drawMove(
  {flip, shift, zoom, rotation}: Augmentation,
  [height, width]: Size,
  random: Random,
): Move {
  return {
    isFlipped: flip === true && random() < 0.5,
    shift:
      shift === undefined
        ? [0, 0]
        : [spread(shift, random) * height, spread(shift, random) * width],
    zoom: zoom === undefined ? 1 : 1 + spread(zoom, random),
    angle: rotation === undefined ? 0 : spread(rotation, random) * 2 * Math.PI,
  };
}

/** A number between -most and most. */
function spread(most: number, random: Random): number {
  return (2 * random() - 1) * most;
}

/**
 * Flips, turns, enlarges and shifts around the centre. Pixels between four others are interpolated, and
 * those outside repeat the edge.
 *
 * @param copy Scratch of the same length.
 */
function move(
  image: Uint8Array,
  copy: Uint8Array,
  size: Size,
  {isFlipped, shift, zoom, angle}: Move,
): void {
  const isStraight = zoom === 1 && angle === 0 && shift[0] === 0 && shift[1] === 0;
  if (isStraight && !isFlipped) return;
  copy.set(image);
  if (isStraight) return flip(copy, image, size);
  const [height, width] = size;
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  const [sine, cosine] = [Math.sin(angle) / zoom, Math.cos(angle) / zoom];
  const mirror = isFlipped ? -1 : 1;
  const row = width * 3;
  let to = 0;
  for (let y = 0; y < height; y++) {
    const down = y - middleY - shift[0];
    for (let x = 0; x < width; x++) {
      const right = x - middleX - shift[1];
      const fromX = clamp(middleX + mirror * (cosine * right + sine * down), width - 1);
      const fromY = clamp(middleY + cosine * down - sine * right, height - 1);
      // Not negative: the integer part is the floor, and whole numbers are faster than fractions.
      const left = fromX | 0;
      const top = fromY | 0;
      const partX = ((fromX - left) * STEPS) | 0;
      const partY = ((fromY - top) * STEPS) | 0;
      const above = top * row + left * 3;
      const below = top < height - 1 ? above + row : above;
      const next = left < width - 1 ? 3 : 0;
      for (let channel = 0; channel < 3; channel++) {
        const [here, under] = [above + channel, below + channel];
        const upper = copy[here]! * STEPS + (copy[here + next]! - copy[here]!) * partX;
        const lower = copy[under]! * STEPS + (copy[under + next]! - copy[under]!) * partX;
        image[to++] = (upper * STEPS + (lower - upper) * partY + HALF) >> SHIFT;
      }
    }
  }
}

function clamp(value: number, most: number): number {
  return value < 0 ? 0 : value > most ? most : value;
}

function flip(from: Uint8Array, to: Uint8Array, [height, width]: Size): void {
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const source = (y * width + x) * 3;
      const target = (y * width + width - 1 - x) * 3;
      to[target] = from[source]!;
      to[target + 1] = from[source + 1]!;
      to[target + 2] = from[source + 2]!;
    }
}

/** Luma of ITU-R BT.601. */
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114];

/** Adds brightness, scales around the mean of each channel (contrast), then around grey (saturation). */
function recolour(
  image: Uint8Array,
  {brightness, contrast, saturation}: Augmentation,
  random: Random,
): void {
  if (brightness === undefined && contrast === undefined && saturation === undefined) return;
  const added = brightness === undefined ? 0 : 255 * spread(brightness, random);
  const scale = contrast === undefined ? 1 : 1 + spread(contrast, random);
  const colour = saturation === undefined ? 1 : 1 + spread(saturation, random);
  const [red, green, blue] = scale === 1 ? [0, 0, 0] : meansOf(image);
  const shiftOf = (mean: number): number => mean * (1 - scale) + added;
  const [redShift, greenShift, blueShift] = [shiftOf(red), shiftOf(green), shiftOf(blue)];
  for (let at = 0; at < image.length; at += 3) {
    const r = image[at]! * scale + redShift;
    const g = image[at + 1]! * scale + greenShift;
    const b = image[at + 2]! * scale + blueShift;
    const grey = (RED * r + GREEN * g + BLUE * b) * (1 - colour) + 0.5;
    image[at] = clamp(r * colour + grey, 255);
    image[at + 1] = clamp(g * colour + grey, 255);
    image[at + 2] = clamp(b * colour + grey, 255);
  }
}

function meansOf(image: Uint8Array): [red: number, green: number, blue: number] {
  const sums: [number, number, number] = [0, 0, 0];
  for (let at = 0; at < image.length; at += 3) {
    sums[0] += image[at]!;
    sums[1] += image[at + 1]!;
    sums[2] += image[at + 2]!;
  }
  const pixels = image.length / 3;
  return [sums[0] / pixels, sums[1] / pixels, sums[2] / pixels];
}

/** Fills a square around a random pixel with grey (DeVries and Taylor 2017). @param side Of the shorter side. */
function cutOut(image: Uint8Array, [height, width]: Size, side: number, random: Random): void {
  const length = Math.round(side * Math.min(height, width));
  const top = Math.floor(random() * height - length / 2);
  const left = Math.floor(random() * width - length / 2);
  const [fromX, toX] = [Math.max(0, left), Math.min(width, left + length)];
  for (let y = Math.max(0, top); y < Math.min(height, top + length); y++)
    image.fill(GREY, (y * width + fromX) * 3, (y * width + toX) * 3);
}
