import {existsSync} from 'node:fs';
import {rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import pMap from 'p-map';
import {photograph} from '../image/sharp-images.js';
import {deriveSeed, seededRandom} from '../../util/random.js';
import {withLock} from '../../util/lock.js';
import {makeFolders} from '../../util/safe-file.js';
import {abandonedIn, unfinishedName} from '../../util/write-atomic.js';
import {composeScene, factorAttributes, factorLabels} from './compose-scene.js';
import {drawFace, sampleAttributes} from './draw-face.js';

/** Changes whenever the drawn faces change, so that old ones are never taken for new ones. */
const VERSION = 3;
const SEED = 20_161_130;
/** 660 of each combination of Male and Smiling. */
const SAMPLE_IMAGES = 2640;
const CONCURRENCY = 6;

type SampleOptions = {
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
  makeFolders(cache);
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    for (const abandoned of await abandonedIn(cache, name => name === path.basename(folder))) {
      await rm(abandoned, {recursive: true, force: true});
    }
    // A folder of its own, so that even two that both believe to hold the lock do no harm.
    const unfinished = unfinishedName(folder);
    try {
      await makeSample(unfinished, options);
      await rename(unfinished, folder).catch((error: unknown) => {
        // Someone else was quicker; theirs are the same bytes.
        if (!existsSync(folder)) throw error;
      });
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
  const imageFolder = path.join(folder, 'img_align_celeba');
  makeFolders(imageFolder);
  const labels: Labels[] = [];
  let done = 0;
  const draw = async (index: number): Promise<void> => {
    signal.throwIfAborted();
    const seed = deriveSeed(SEED, `face/${index}`);
    const random = seededRandom(seed);
    const face = drawFace(index % 2 === 0 ? 'female' : 'male', index % 4 >= 2, random);
    const {svg, camera, factors} = composeScene(face.svg, random);
    labels[index] = {...face.labels, ...factorLabels(factors, seed)};
    await writeFile(path.join(imageFolder, fileName(index)), await photograph(svg, camera, random));
    onProgress(++done, images);
  };
  // A failure waits for the drawings under way: the folder is removed after it.
  await pMap(Array.from({length: images}).keys(), draw, {
    concurrency: CONCURRENCY,
    stopOnError: false,
  }).catch((error: AggregateError) => {
    throw error.errors[0];
  });
  await writeFile(path.join(folder, 'list_attr_celeba.txt'), labelFile(labels));
  await writeFile(path.join(folder, 'list_eval_partition.txt'), partitionFile(images));
}

function fileName(index: number): string {
  return `${String(index + 1).padStart(6, '0')}.jpg`;
}

type Labels = Readonly<Record<string, boolean>>;

function labelFile(labels: readonly Labels[]): string {
  const names = [...sampleAttributes, ...factorAttributes];
  const rows = labels.map((values, index) => {
    const cells = names.map(attribute => (values[attribute] ? ' 1' : '-1'));
    return `${fileName(index)} ${cells.join(' ')}`;
  });
  return `${[labels.length, `${names.join(' ')} `, ...rows].join('\n')}\n`;
}

/** 70 % train, 15 % validation, 15 % test. */
function partitionFile(images: number): string {
  const rows = Array.from({length: images}, (_, index) => {
    const fraction = index / images;
    const part = fraction < 0.7 ? 0 : fraction < 0.85 ? 1 : 2;
    return `${fileName(index)} ${part}`;
  });
  return `${rows.join('\n')}\n`;
}
