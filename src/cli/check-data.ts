import {existsSync} from 'node:fs';
import {commonSize} from '../data/common-size.js';
import {drawImages} from '../data/draw-images.js';
import {sizeWarnings} from '../data/image-sizes.js';
import {oneClassWarnings} from '../data/one-class.js';
import {openCatalogue} from '../data/open-catalogue.js';
import {headColumns} from '../data/sampling.js';
import {fullDataRoot} from '../experiment/data-root.js';
import {inputSize} from '../experiment/input-size.js';
import type {DataDefinition, Experiment} from '../experiment/schema.js';

type CheckDataOptions = {
  /** Takes the place of `data.root`. */
  readonly data: string | undefined;
  readonly cacheFolder: string;
  readonly onNote: (text: string) => void;
};

/**
 * Whether the data can give what experiments ask of it, each question once for all variants. Data
 * that is not there is a note.
 *
 * @throws UserError with exit code 3 where the data does not have the heads or not enough images.
 */
export async function checkData(
  experiments: readonly Experiment[],
  {data: given, cacheFolder, onNote}: CheckDataOptions,
): Promise<void> {
  const notes = new Set<string>();
  for (const {definition, seed, root} of questions(experiments, given)) {
    if (!existsSync(root)) {
      notes.add(`${root} is not there: heads, sample and split were not compared with the data.`);
      continue;
    }
    const catalogue = await openCatalogue(definition.source, {
      ...{root, cacheFolder, signal: new AbortController().signal},
      onProgress: () => {},
      onWarning: text => notes.add(text),
    });
    const columns = headColumns(catalogue, definition.heads);
    const drawn = drawImages(catalogue, definition, seed);
    for (const text of oneClassWarnings(catalogue, columns, definition.heads, drawn))
      notes.add(text);
    const size = await commonSize(catalogue, [...drawn.train, ...drawn.validation]);
    if (size === undefined) continue;
    const original = [size.height, size.width] as const;
    for (const text of sizeWarnings(definition, original, inputSize(definition))) notes.add(text);
  }
  notes.forEach(onNote);
}

type Question = {
  readonly definition: DataDefinition;
  readonly seed: number;
  readonly root: string;
};

/** Drawn faces are made on first use: nothing is asked of them. */
function questions(experiments: readonly Experiment[], given: string | undefined): Question[] {
  const distinct = new Map<string, Question>();
  for (const {data, training} of experiments) {
    if (data.source === 'sample') continue;
    const {source, heads, image, sampling, split, onBadImage} = data;
    const seed = data.seed ?? training.seed;
    const root = fullDataRoot(given ?? data.root);
    const key = JSON.stringify([source, heads, image, sampling, split, onBadImage, seed, root]);
    distinct.set(key, {definition: data, seed, root});
  }
  return [...distinct.values()];
}
