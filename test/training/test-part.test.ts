import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {memorySet, type Dataset, type ImageSet} from '../../src/data/dataset.js';
import {loadDataset} from '../../src/data/load-dataset.js';
import type {EndedModel} from '../../src/training/checkpoint.js';
import {TrainingControl} from '../../src/training/context.js';
import {trainRun} from '../../src/training/train-run.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {parts} from '../../src/experiment/parts.js';
import {seededRandom} from '../../src/util/random.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

const [HEIGHT, WIDTH] = [18, 14];
const IMAGE_BYTES = HEIGHT * WIDTH * 3;

/** Random images of a part, with a note each time that some are read. */
function notedSet(count: number, seed: number, note: (images: number) => void): ImageSet {
  const random = seededRandom(seed);
  const bytes = (length: number, most: number): Uint8Array =>
    Uint8Array.from({length}, () => Math.floor(random() * most));
  const files = Array.from({length: count}, (_, index) => `${seed}-${index}.jpg`);
  const set = memorySet(files, bytes(count * 2, 2), bytes(count * IMAGE_BYTES, 256), IMAGE_BYTES);
  const read: ImageSet['read'] = (positions, target) => {
    note(positions.length);
    return set.read(positions, target);
  };
  return {...set, read};
}

/** What happened while an experiment trained, in order: reads of parts, and events. */
async function historyOf(...overrides: string[]) {
  const history: {what: string; model?: string; images?: number}[] = [];
  const experiment = tinyExperiment('training.epochs=3', ...overrides);
  const sizes = {train: 24, validation: 8, test: 10};
  const [train, validation, test] = parts.map((part, index) =>
    notedSet(sizes[part], index + 1, images => history.push({what: part, images})),
  ) as [ImageSet, ImageSet, ImageSet];
  const dataset: Dataset = {
    ...{heads: experiment.data.heads, height: HEIGHT, width: WIDTH, train, validation, test},
    ...{source: 's', fingerprint: 'f', decoder: 'd', warnings: [], close: () => Promise.resolve()},
  };
  const predicted: EndedModel['probabilities'][] = [];
  const folder = temporaryFolder();
  const status = await trainRun({
    ...{experiment, dataset, from: undefined, control: new TrainingControl()},
    backend: await loadBackend('cpu'),
    emit: fact =>
      history.push({what: fact.type, ...('model' in fact ? {model: fact.model ?? ''} : {})}),
    clock: () => performance.now(),
    memoryBytes: () => 1,
    checkpointMs: 1_000_000,
    cacheFolder: folder,
    output: {
      saveCheckpoint: () => Promise.resolve('checkpoint'),
      modelFolder: name => `${folder}/${name}`,
      saveAffinity: () => Promise.resolve(),
      savePredictions: ended => {
        predicted.push(...ended.map(({probabilities}) => probabilities));
        return Promise.resolve();
      },
    },
  });
  return {status, history, predicted};
}

/** Names of the images that were read while a definition trained: before the last epoch ended, and after. */
async function readsOf(split: string) {
  const folder = await writeTinyFaces(temporaryFolder(), {images: 60});
  const people = Array.from({length: 60}, (_, image) => `${nameOf(image)} ${image >> 2}`);
  writeFileSync(path.join(folder, 'identity_CelebA.txt'), `${people.join('\n')}\n`);
  const experiment = tinyExperiment(`data.split=${split}`, 'training.epochs=3');
  const dataset = await loadDataset(experiment.data, {
    ...{root: folder, seed: 1, cacheFolder: folder, env: {CELEBA_TUI_CACHE: folder}},
    ...{onProgress: () => {}, onWarning: () => {}, signal: new AbortController().signal},
  });
  const history: string[] = [];
  const noted = (set: ImageSet): ImageSet => ({
    ...set,
    read: (positions, target) => {
      history.push(...Array.from(positions, position => set.files[position] ?? ''));
      return set.read(positions, target);
    },
  });
  const {train, validation, test} = dataset;
  if (test === undefined) throw new Error('The split has a test part.');
  try {
    await trainRun({
      ...{experiment, from: undefined, control: new TrainingControl()},
      dataset: {...dataset, train: noted(train), validation: noted(validation), test: noted(test)},
      backend: await loadBackend('cpu'),
      emit: fact => history.push(fact.type),
      ...{clock: () => performance.now(), memoryBytes: () => 1, checkpointMs: 1_000_000},
      cacheFolder: folder,
      output: {
        saveCheckpoint: () => Promise.resolve('checkpoint'),
        modelFolder: name => `${folder}/${name}`,
        saveAffinity: () => Promise.resolve(),
        savePredictions: () => Promise.resolve(),
      },
    });
  } finally {
    await dataset.close();
  }
  const ended = history.lastIndexOf('epoch.ended');
  const isName = (text: string): boolean => text.endsWith('.jpg');
  return {
    before: history.slice(0, ended).filter(isName),
    after: history.slice(ended).filter(isName),
    test: test.files,
  };
}

const nameOf = (image: number): string => `${String(image + 1).padStart(6, '0')}.jpg`;
const personOf = (name: string): number => (Number(name.slice(0, 6)) - 1) >> 2;

describe('the test part', () => {
  it.each([
    '{folds: 4, fold: 2, validation: 9}',
    '{folds: 4, fold: 3, validation: 9, groupBy: identity}',
    '{train: 30, validation: 9, test: 11, groupBy: identity}',
  ])('of %s has no image, and no person where grouped, that was read before', async split => {
    const {before, after, test} = await readsOf(split);
    expect(before.length).toBeGreaterThan(3 * 30);
    expect(before.filter(name => test.includes(name))).toEqual([]);
    expect(after.filter(name => test.includes(name)).sort()).toEqual([...test].sort());
    if (!split.includes('groupBy')) return;
    const people = new Set(test.map(personOf));
    expect(before.filter(name => people.has(personOf(name)))).toEqual([]);
  });

  it.each(['multi-output', 'separate'])(
    'is read once by each network of %s, after its last epoch',
    async kind => {
      const {history, predicted} = await historyOf(`model.kind=${kind}`);
      const models = kind === 'separate' ? ['Male', 'Smiling'] : ['multi-output'];
      for (const model of models) {
        const from = history.findIndex(
          ({what, model: name}) => what === 'model.started' && name === model,
        );
        const to = history.findIndex(
          ({what, model: name}) => what === 'model.ended' && name === model,
        );
        const steps = history.slice(from, to);
        const lastEpoch = steps.findLastIndex(({what}) => what === 'epoch.ended');
        const isTest = ({what}: {what: string}): boolean => what === 'test';
        expect(steps.slice(0, lastEpoch).filter(isTest)).toEqual([]);
        const images = steps.filter(isTest).reduce((sum, step) => sum + (step.images ?? 0), 0);
        expect(images).toBe(10);
        expect(steps.slice(lastEpoch).some(({what}) => what === 'train')).toBe(false);
      }
      expect(history.filter(({what}) => what === 'test')).toHaveLength(models.length);
      const heads = 2 / models.length;
      expect(predicted.map(({validation, test}) => [validation?.length, test?.length])).toEqual(
        models.map(() => [8 * heads, 10 * heads]),
      );
    },
  );

  it('is not read by a run that stops early before its last epoch', async () => {
    const {status, history} = await historyOf(
      'training.epochs=50',
      'training.earlyStopping={patience: 1, minDelta: 100}',
    );
    expect(status).toBe('stopped-early');
    const lastEpoch = history.findLastIndex(({what}) => what === 'epoch.ended');
    expect(history.findIndex(({what}) => what === 'test')).toBeGreaterThan(lastEpoch);
  });
});
