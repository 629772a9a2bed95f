import {existsSync} from 'node:fs';
import {mkdir, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {photograph} from '../image/photograph.js';
import {deriveSeed, seededRandom} from '../../util/random.js';
import {withLock} from '../../util/lock.js';
import {composeScene} from './compose-scene.js';
import {drawFace, sampleAttributes, type DrawnFace} from './draw-face.js';

/** Changes whenever the drawn faces change, so that old ones are never taken for new ones. */
const VERSION = 2;
const SEED = 20_161_130;
/** 660 of each combination of Male and Smiling. */
export const SAMPLE_IMAGES = 2640;
const CONCURRENCY = 6;

export type SampleOptions = {
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
  /** For tests; the set that everybody gets has `SAMPLE_IMAGES`. */
  readonly images?: number;
};

export function sampleFolder(cache: string): string {
  return path.join(cache, `sample-faces-${VERSION}`);
}

/**
 * The folder of the drawn faces in CelebA's official layout; made on first use. It appears whole
 * or not at all, whoever else makes it at the same time.
 */
export async function ensureSample(cache: string, options: SampleOptions): Promise<string> {
  const folder = sampleFolder(cache);
  if (existsSync(folder)) return folder;
  await mkdir(cache, {recursive: true});
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const unfinished = `${folder}.unfinished`;
    await rm(unfinished, {recursive: true, force: true});
    try {
      await makeSample(unfinished, options);
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, {recursive: true, force: true});
    }
  });
  return folder;
}

/** Draws the faces into a folder. The same number of images gives the same bytes. */
export async function makeSample(
  folder: string,
  {onProgress, signal, images = SAMPLE_IMAGES}: SampleOptions,
): Promise<void> {
  const pictures = path.join(folder, 'img_align_celeba');
  await mkdir(pictures, {recursive: true});
  const labels: DrawnFace['labels'][] = [];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < images) {
      signal.throwIfAborted();
      const index = next++;
      const random = seededRandom(deriveSeed(SEED, `face/${index}`));
      const face = drawFace(index % 2 === 0 ? 'female' : 'male', index % 4 >= 2, random);
      labels[index] = face.labels;
      const {svg, camera} = composeScene(face.svg, random);
      await writeFile(path.join(pictures, fileName(index)), await photograph(svg, camera, random));
      onProgress(++done, images);
    }
  };
  await Promise.all(Array.from({length: CONCURRENCY}, work));
  await writeFile(path.join(folder, 'list_attr_celeba.txt'), labelFile(labels));
  await writeFile(path.join(folder, 'list_eval_partition.txt'), partitionFile(images));
}

function fileName(index: number): string {
  return `${String(index + 1).padStart(6, '0')}.jpg`;
}

function labelFile(labels: readonly DrawnFace['labels'][]): string {
  const rows = labels.map((values, index) => {
    const cells = sampleAttributes.map(attribute => (values[attribute] ? ' 1' : '-1'));
    return `${fileName(index)} ${cells.join(' ')}`;
  });
  return `${[labels.length, `${sampleAttributes.join(' ')} `, ...rows].join('\n')}\n`;
}

/** 70 % train, 15 % validation, 15 % test. */
function partitionFile(images: number): string {
  const rows = Array.from({length: images}, (_, index) => {
    const share = index / images;
    const part = share < 0.7 ? 0 : share < 0.85 ? 1 : 2;
    return `${fileName(index)} ${part}`;
  });
  return `${rows.join('\n')}\n`;
}
