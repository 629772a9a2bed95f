import {describe, expect, it} from 'vitest';
import {memorySet, type Dataset, type ImageSet} from '../../src/data/dataset.js';
import type {EndedModel} from '../../src/training/checkpoint.js';
import {TrainingControl} from '../../src/training/context.js';
import {trainRun} from '../../src/training/train-run.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {parts} from '../../src/experiment/parts.js';
import {seededRandom} from '../../src/util/random.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

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
    output: {
      saveCheckpoint: () => Promise.resolve('checkpoint'),
      modelFolder: name => `${folder}/${name}`,
      savePredictions: ended => {
        predicted.push(...ended.map(({probabilities}) => probabilities));
        return Promise.resolve();
      },
    },
  });
  return {status, history, predicted};
}

describe('the test part', () => {
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
