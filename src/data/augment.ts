import type {Augmentation} from '../experiment/training-schema.js';
import {deriveSeed, seededRandom, type Random} from '../util/random.js';

/** Height and width in pixels. */
type Size = readonly [height: number, width: number];

/** Coordinates are whole numbers of this part of a pixel: twice as fast as fractions. */
const PIXEL = 2 ** 16;

/** The red and the blue of a pixel in a word, which are interpolated together; green is between them. */
const RED_AND_BLUE = 0xff00ff;
/** A half for each of them, in 256ths. */
const HALVES = 0x800080;

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
  const pixels = size[0] * size[1];
  const bytes = 3 * pixels;
  const copy = new Int32Array(pixels + size[1] + 1);
  positions.forEach((position, index) => {
    const image = images.subarray(index * bytes, (index + 1) * bytes);
    const random = randomOf({seed, epoch}, position);
    move(image, copy, size, drawMove(augmentation, size, random));
    recolour(image, augmentation, random);
    if (augmentation.cutout !== undefined) cutOut(image, size, augmentation.cutout, random);
  });
}

/** Decides what happens to an image in an epoch. */
function randomOf(
  {seed, epoch}: Pick<AugmentationOfEpoch, 'seed' | 'epoch'>,
  position: number,
): Random {
  return seededRandom(deriveSeed(seed, `augment/${epoch}/${position}`));
}

/** Whether `augment` mirrors the image at this position. */
export function isFlipped(
  position: number,
  {augmentation, ...epoch}: AugmentationOfEpoch,
): boolean {
  return augmentation.flip === true && flips(randomOf(epoch, position));
}

/** The first of an image's random numbers. */
function flips(random: Random): boolean {
  return random() < 0.5;
}

/** Mirrors images in place. @param images RGB, one after another. */
export function flipImages(images: Uint8Array, size: Size): void {
  const bytes = size[0] * size[1] * 3;
  for (let start = 0; start < images.length; start += bytes)
    flip(images.subarray(start, start + bytes), size);
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
    isFlipped: flip === true && flips(random),
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
 * those outside repeat the edge. Numbers are cut to 32 bits (`| 0`), so that they are computed as such.
 *
 * @param copy Scratch of a word for each pixel, longer than the image by a row and a pixel.
 */
function move(image: Uint8Array, copy: Int32Array, size: Size, change: Move): void {
  const {isFlipped, shift, zoom, angle} = change;
  const isStraight = zoom === 1 && angle === 0 && shift[0] === 0 && shift[1] === 0;
  if (isStraight && !isFlipped) return;
  if (isStraight) return flip(image, size);
  const [height, width] = size;
  pack(image, copy);
  const [middleY, middleX] = [(height - 1) / 2, (width - 1) / 2];
  const [sine, cosine] = [Math.sin(angle) / zoom, Math.cos(angle) / zoom];
  const mirror = isFlipped ? -1 : 1;
  const stepX = Math.round(mirror * cosine * PIXEL) | 0;
  const stepY = Math.round(-sine * PIXEL) | 0;
  const mostX = Math.max(0, (width - 1) * PIXEL - 1) | 0;
  const mostY = Math.max(0, (height - 1) * PIXEL - 1) | 0;
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
      // What each of the four pixels contributes, in 256ths.
      const [partX, partY] = [(inX >> 8) & 255, (inY >> 8) & 255];
      const both = (partX * partY + 128) >> 8;
      const [onlyX, onlyY] = [partX - both, partY - both];
      const none = 256 - partX - onlyY;
      const at = Math.imul(inY >> 16, width) + (inX >> 16);
      const [corner, beside] = [copy[at]!, copy[at + 1]!];
      const [below, across] = [copy[at + width]!, copy[at + width + 1]!];
      const redAndBlue =
        (Math.imul(corner & RED_AND_BLUE, none) +
          Math.imul(beside & RED_AND_BLUE, onlyX) +
          Math.imul(below & RED_AND_BLUE, onlyY) +
          Math.imul(across & RED_AND_BLUE, both) +
          HALVES) |
        0;
      const green =
        (Math.imul((corner >> 8) & 255, none) +
          Math.imul((beside >> 8) & 255, onlyX) +
          Math.imul((below >> 8) & 255, onlyY) +
          Math.imul((across >> 8) & 255, both) +
          128) |
        0;
      image[to] = redAndBlue >>> 8;
      image[to + 1] = green >>> 8;
      image[to + 2] = redAndBlue >>> 24;
      to += 3;
    }
  }
}

/** @param words Red, green and blue of each pixel, from the lowest byte on. */
function pack(image: Uint8Array, words: Int32Array): void {
  for (let pixel = 0, at = 0; at < image.length; pixel++, at += 3)
    words[pixel] = image[at]! | (image[at + 1]! << 8) | (image[at + 2]! << 16);
}

function clamp(value: number, most: number): number {
  return value < 0 ? 0 : value > most ? most : value;
}

function flip(image: Uint8Array, [height, width]: Size): void {
  for (let y = 0; y < height; y++) {
    let left = y * width * 3;
    let right = left + (width - 1) * 3;
    for (; left < right; left += 3, right -= 3)
      for (let channel = 0; channel < 3; channel++) {
        const value = image[left + channel]!;
        image[left + channel] = image[right + channel]!;
        image[right + channel] = value;
      }
  }
}

/** Luma of ITU-R BT.601, in 256ths. */
const [RED, GREEN, BLUE] = [77, 150, 29];

/** Adds brightness, scales around the mean of each channel (contrast), then around grey (saturation). */
function recolour(
  image: Uint8Array,
  {brightness, contrast, saturation}: Augmentation,
  random: Random,
): void {
  const added = brightness === undefined ? 0 : 255 * spread(brightness, random);
  const scale = contrast === undefined ? 1 : 1 + spread(contrast, random);
  const colour = saturation === undefined ? 1 : 1 + spread(saturation, random);
  if (added === 0 && scale === 1 && colour === 1) return;
  const means = scale === 1 ? ([0, 0, 0] as const) : meansOf(image);
  const [reds, greens, blues] = means.map(mean => levels(scale, mean * (1 - scale) + added)) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const factor = Math.round(256 * colour) | 0;
  for (let at = 0; at < image.length; at += 3) {
    const red = reds[image[at]!]!;
    const green = greens[image[at + 1]!]!;
    const blue = blues[image[at + 2]!]!;
    const grey = Math.imul(RED * red + GREEN * green + BLUE * blue, 256 - factor) + 0x8000;
    image[at] = clamp((((red * factor) << 8) + grey) >> 16, 255);
    image[at + 1] = clamp((((green * factor) << 8) + grey) >> 16, 255);
    image[at + 2] = clamp((((blue * factor) << 8) + grey) >> 16, 255);
  }
}

/** What becomes of each value from 0 to 255. */
function levels(scale: number, added: number): Uint8Array {
  const table = new Uint8Array(256);
  for (let value = 0; value < 256; value++)
    table[value] = Math.max(0, Math.min(255, value * scale + added + 0.5));
  return table;
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
