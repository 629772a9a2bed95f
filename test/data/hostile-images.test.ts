import {spawnSync} from 'node:child_process';
import {copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import {describe, expect, it} from 'vitest';
import {loadDataset} from '../../src/data/load-dataset.js';
import type {Dataset} from '../../src/data/dataset.js';
import {folderTree} from '../../src/data/files/folder-tree.js';
import {readBytes} from '../../src/data/layouts/text-file.js';
import {imageSources} from '../helpers/fuzz/targets/images.js';
import {seededRandom} from '../../src/util/random.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

type Loaded = {readonly dataset: Dataset; readonly warnings: readonly string[]};

/** Loads a folder of tiny faces as a run would, in decoding processes with TensorFlow. */
async function load(root: string, images: number): Promise<Loaded> {
  const warnings: string[] = [];
  const split = `data.split={train: ${images - 8}, validation: 8}`;
  const {data} = tinyExperiment(split, 'data.onBadImage=skip', 'training.batchSize=1');
  const dataset = await loadDataset(data, {
    root,
    seed: 1,
    cacheFolder: root,
    env: process.env,
    onProgress: () => {},
    onWarning: text => warnings.push(text),
    signal: new AbortController().signal,
  });
  return {dataset, warnings};
}

/** A progressive image of some kilobytes that says the same a thousand times. */
async function manyScans(): Promise<Buffer> {
  const jpeg = await sharp({
    create: {width: 1900, height: 1900, channels: 3, background: '#808080'},
  })
    .jpeg({progressive: true})
    .toBuffer();
  const end = jpeg.length - 2;
  const scan = jpeg.subarray(jpeg.lastIndexOf(Buffer.from([0xff, 0xda])), end);
  const scans = Array.from({length: 100_000}, () => scan);
  return Buffer.concat([jpeg.subarray(0, end), ...scans, jpeg.subarray(end)]);
}

/** A JPEG whose header promises another size. */
function resized(jpeg: Buffer, height: number, width: number): Buffer {
  const out = Buffer.from(jpeg);
  const frame = out.indexOf(Buffer.from([0xff, 0xc0]));
  out.writeUInt16BE(height, frame + 5);
  out.writeUInt16BE(width, frame + 7);
  return out;
}

const blank = (width: number, height: number): Promise<Buffer> =>
  sharp({create: {width, height, channels: 3, background: '#404040'}})
    .png()
    .toBuffer();

describe('an image that means harm', () => {
  it('is named with its reason, or decoded, and the others are used', async () => {
    const root = await writeTinyFaces(temporaryFolder(), {images: 240});
    const image = (number: number): string =>
      path.join(root, 'img_align_celeba', `${String(number).padStart(6, '0')}.jpg`);
    const jpeg = readFileSync(image(1));
    const scalable = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>';
    const bytes: Readonly<Record<number, Buffer>> = {
      1: await manyScans(),
      2: Buffer.from(scalable),
      3: resized(jpeg, 60_000, 60_000),
      4: resized(jpeg, 0, 0),
      5: await blank(10_001, 10_000),
      6: await blank(1, 100_000),
      7: Buffer.alloc(0),
      8: Buffer.from('<!doctype html>'),
    };
    for (const [number, content] of Object.entries(bytes))
      writeFileSync(image(Number(number)), content);
    for (const number of [9, 10, 11, 12]) rmSync(image(number));
    spawnSync('mkfifo', [image(9)]);
    mkdirSync(image(10));
    symlinkSync('/dev/zero', image(11));
    symlinkSync(image(12), image(12));
    const {dataset, warnings} = await load(root, 240);
    const text = warnings.join('\n');
    expect(text).toMatch(/1[01] of 240 images cannot be used/);
    const used = [...dataset.train.files, ...dataset.validation.files];
    expect(used).toContain('000006.jpg');
    for (const number of [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12])
      expect(used).not.toContain(path.basename(image(number)));
    await dataset.close();
  });

  it('is one of many, and all of the others are used', async () => {
    const images = 800;
    const root = await writeTinyFaces(temporaryFolder(), {images: 8});
    const folder = path.join(root, 'img_align_celeba');
    const random = seededRandom(7);
    const rows = Array.from({length: images}, (_, index) => {
      const name = `${String(index + 1).padStart(6, '0')}.jpg`;
      if (index >= 100) copyFileSync(path.join(folder, '000001.jpg'), path.join(folder, name));
      else if (index >= 8) writeFileSync(path.join(folder, name), changed(random));
      return `${name} 1 -1`;
    });
    writeFileSync(
      path.join(root, 'list_attr_celeba.txt'),
      [images, 'Male Smiling', ...rows].join('\n'),
    );
    const {dataset} = await load(root, images);
    expect(dataset.train.count + dataset.validation.count).toBeGreaterThanOrEqual(700);
    expect(dataset.train.count + dataset.validation.count).toBeLessThan(images);
    await dataset.close();
  });
});

/** An image of any kind with some bytes changed, or cut off. */
function changed(random: () => number): Buffer {
  const bytes = Buffer.from(imageSources[Math.floor(random() * imageSources.length)] ?? '');
  const count = 1 + Math.floor(random() * 8);
  for (let change = 0; change < count; change++)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return random() < 0.2 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
}

describe('a label file', () => {
  it('is not waited for when it is a pipe', async () => {
    const folder = temporaryFolder();
    spawnSync('mkfifo', [path.join(folder, 'list_attr_celeba.txt')]);
    const tree = folderTree(folder);
    await expect(readBytes(tree, 'list_attr_celeba.txt')).rejects.toMatchObject({
      name: 'UserError',
      exitCode: 3,
    });
  });
});
