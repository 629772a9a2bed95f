import type {Augmentation} from '../experiment/training-schema.js';
import {deriveSeed, seededRandom, type Random} from '../util/random.js';

/** Height and width in pixels. */
type Size = readonly [height: number, width: number];

/** Coordinates are whole numbers of this part of a pixel: twice as fast as fractions. */
const PIXEL = 2 ** 16;

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
  const copy = new Uint8Array(bytes + size[1] * 3 + 3);
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
 * @param copy Scratch, longer than the image by a row and a pixel.
 */
function move(image: Uint8Array, copy: Uint8Array, size: Size, change: Move): void {
  const {isFlipped, shift, zoom, angle} = change;
  const isStraight = zoom === 1 && angle === 0 && shift[0] === 0 && shift[1] === 0;
  if (isStraight && !isFlipped) return;
  copy.set(image);
  if (isStraight) return flip(copy, image, size);
  const [height, width] = size;
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  const [sine, cosine] = [Math.sin(angle) / zoom, Math.cos(angle) / zoom];
  const mirror = isFlipped ? -1 : 1;
  const [stepX, stepY] = [Math.round(mirror * cosine * PIXEL), Math.round(-sine * PIXEL)];
  const mostX = Math.max(0, (width - 1) * PIXEL - 1);
  const mostY = Math.max(0, (height - 1) * PIXEL - 1);
  const row = width * 3;
  const right = -middleX - shift[1];
  let to = 0;
  for (let y = 0; y < height; y++) {
    const down = y - middleY - shift[0];
    let fromX = Math.round((middleX + mirror * (cosine * right + sine * down)) * PIXEL) | 0;
    let fromY = Math.round((middleY + cosine * down - sine * right) * PIXEL) | 0;
    for (let x = 0; x < width; x++) {
      const inX = clamp(fromX, mostX);
      const inY = clamp(fromY, mostY);
      fromX = (fromX + stepX) | 0;
      fromY = (fromY + stepY) | 0;
      // In 256ths of a pixel.
      const [partX, partY] = [(inX >> 8) & 255, (inY >> 8) & 255];
      let at = (inY >> 16) * row + (inX >> 16) * 3;
      for (const end = at + 3; at < end; at++) {
        const [above, below] = [copy[at]!, copy[at + row]!];
        const upper = (above << 8) + (copy[at + 3]! - above) * partX;
        const lower = (below << 8) + (copy[at + row + 3]! - below) * partX;
        image[to++] = ((upper << 8) + (lower - upper) * partY + (1 << 15)) >> 16;
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
  const added = brightness === undefined ? 0 : 255 * spread(brightness, random);
  const scale = contrast === undefined ? 1 : 1 + spread(contrast, random);
  const colour = saturation === undefined ? 1 : 1 + spread(saturation, random);
  if (added !== 0 || scale !== 1) {
    const means = scale === 1 ? ([0, 0, 0] as const) : meansOf(image);
    means.forEach((mean, channel) => {
      const table = levels(scale, mean * (1 - scale) + added);
      for (let at = channel; at < image.length; at += 3) image[at] = table[image[at]!]!;
    });
  }
  if (colour !== 1) saturate(image, colour);
}

/** What becomes of each value from 0 to 255. */
function levels(scale: number, added: number): Uint8Array {
  const table = new Uint8Array(256);
  for (let value = 0; value < 256; value++) table[value] = clamp(value * scale + added + 0.5, 255);
  return table;
}

function saturate(image: Uint8Array, colour: number): void {
  for (let at = 0; at < image.length; at += 3) {
    const [red, green, blue] = [image[at]!, image[at + 1]!, image[at + 2]!];
    const grey = (RED * red + GREEN * green + BLUE * blue) * (1 - colour) + 0.5;
    image[at] = clamp(red * colour + grey, 255);
    image[at + 1] = clamp(green * colour + grey, 255);
    image[at + 2] = clamp(blue * colour + grey, 255);
  }
}

function meansOf(image: Uint8Array): [red: number, green: number, blue: number] {
  let [red, green, blue] = [0, 0, 0];
  for (let at = 0; at < image.length; at += 3) {
    red += image[at]!;
    green += image[at + 1]!;
    blue += image[at + 2]!;
  }
  const pixels = image.length / 3;
  return [red / pixels, green / pixels, blue / pixels];
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
