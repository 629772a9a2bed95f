import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import {seededRandom} from '../../src/util/random.js';

/** What an image shows: each is 0 or 1, and easy to see. */
type Shown = {readonly red: number; readonly bright: number};

/**
 * Draws a PNG of an odd size: red or not in its upper half, bright or not in the lower one.
 *
 * @param file  Its folders are made.
 * @param index Its size and noise follow from it.
 */
export async function writeOwnImage(file: string, shown: Shown, index: number): Promise<void> {
  const random = seededRandom(index + 1);
  const [height, width] = [21 + (index % 7) * 2, 19 + (index % 5) * 4];
  const pixels = Buffer.alloc(height * width * 3);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const isUpper = pixel < (height * width) / 2;
    const level = (isUpper ? 60 : 50 + 130 * shown.bright) + random() * 40;
    pixels.fill(level, pixel * 3, pixel * 3 + 3);
    if (isUpper) pixels[pixel * 3] = level + 130 * shown.red;
  }
  await mkdir(path.dirname(file), {recursive: true});
  await sharp(pixels, {raw: {height, width, channels: 3}})
    .png()
    .toFile(file);
}

/** The image at an index: all four combinations in turn. */
function shownAt(index: number): Shown {
  return {red: index % 2, bright: Math.floor(index / 2) % 2};
}

/**
 * Writes a folder of images in subfolders with blanks in their names, and `labels.csv`, whose rows have
 * what `cells` returns.
 *
 * @returns The names of the images, in order.
 */
export async function writeLabelledImages(
  folder: string,
  images: number,
  header: string,
  cells: (name: string, shown: Shown, index: number) => string,
): Promise<readonly string[]> {
  const names = Array.from(
    {length: images},
    (_, index) => `album ${index % 3}/Photo ${index} ü.png`,
  );
  for (const [index, name] of names.entries())
    await writeOwnImage(path.join(folder, name), shownAt(index), index);
  const rows = names.map((name, index) => cells(name, shownAt(index), index));
  await writeFile(path.join(folder, 'labels.csv'), `${[header, ...rows].join('\n')}\n`);
  return names;
}
