import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import {seededRandom} from '../../src/util/random.js';

type TinyOptions = {
  /** A multiple of 4: each combination of Male and Smiling as often. */
  readonly images: number;
  readonly seed?: number;
  readonly size?: readonly [height: number, width: number];
};

/**
 * A tiny data set in CelebA's official layout that a network learns in seconds: the upper half is
 * red for Male, the lower half bright for Smiling. CRLF and a trailing blank, as in the original.
 */
export async function writeTinyFaces(
  folder: string,
  {images, seed = 1, size = [54, 44]}: TinyOptions,
): Promise<string> {
  const random = seededRandom(seed);
  const imageFolder = path.join(folder, 'img_align_celeba');
  await mkdir(imageFolder, {recursive: true});
  const rows: string[] = [];
  for (let index = 0; index < images; index++) {
    const male = index % 2;
    const smiling = Math.floor(index / 2) % 2;
    const name = `${String(index + 1).padStart(6, '0')}.jpg`;
    rows.push(`${name} ${male === 1 ? ' 1' : '-1'} ${smiling === 1 ? ' 1' : '-1'} `);
    await writeFile(path.join(imageFolder, name), await tinyFace(male, smiling, size, random));
  }
  await writeFile(
    path.join(folder, 'list_attr_celeba.txt'),
    [images, 'Male Smiling ', ...rows, ''].join('\r\n'),
  );
  return folder;
}

async function tinyFace(
  male: number,
  smiling: number,
  [height, width]: readonly [number, number],
  random: () => number,
): Promise<Buffer> {
  const pixels = Buffer.alloc(height * width * 3);
  for (let pixel = 0; pixel < height * width; pixel++) {
    const upper = pixel < (height * width) / 2;
    const noise = random() * 60;
    const level = upper ? 60 : 60 + 120 * smiling;
    pixels[pixel * 3] = level + noise + (upper ? 100 * male : 0);
    pixels[pixel * 3 + 1] = level + noise;
    pixels[pixel * 3 + 2] = level + noise;
  }
  return sharp(pixels, {raw: {height, width, channels: 3}})
    .jpeg({quality: 90})
    .toBuffer();
}
