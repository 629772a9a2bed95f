import {mkdirSync} from 'node:fs';
import path from 'node:path';
import {memorySet, type Dataset, type ImageSet} from '../../src/data/dataset.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {modelPlans, type ModelPlan} from '../../src/model/plan.js';
import type {AffinityFile} from '../../src/runs/affinity-file.js';
import type {RunFact} from '../../src/runs/events.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Checkpoint, EndedModel} from '../../src/training/checkpoint.js';
import {TrainingControl} from '../../src/training/context.js';
import {trainRun} from '../../src/training/train-run.js';
import {seededRandom} from '../../src/util/random.js';
import {temporaryFolder} from './temporary-folder.js';

/** The images of the tiny experiment. */
const [HEIGHT, WIDTH] = [18, 14];
const IMAGE_BYTES = HEIGHT * WIDTH * 3;

/** Random labels and pixels of two heads, brighter the more the label of the first says. */
export function randomImages(
  count: number,
  seed: number,
  labelOf: (image: number, head: number, random: () => number) => number = (
    _image,
    _head,
    random,
  ) => Math.floor(random() * 2),
): {readonly set: ImageSet; readonly pixels: Uint8Array} {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({length: 2 * count}, (_, at) =>
    labelOf(Math.floor(at / 2), at % 2, random),
  );
  const pixels = Uint8Array.from({length: count * IMAGE_BYTES}, (_, at) =>
    Math.floor(random() * (150 + 60 * Math.min(1, labels[2 * Math.floor(at / IMAGE_BYTES)]!))),
  );
  const files = Array.from({length: count}, (_, index) => `${seed}-${index}.jpg`);
  return {set: memorySet(files, labels, pixels, IMAGE_BYTES), pixels};
}

type TrainedHere = {
  readonly facts: readonly RunFact[];
  readonly checkpoints: readonly Checkpoint[];
  readonly ended: readonly EndedModel[];
  readonly affinities: readonly AffinityFile[];
  readonly models: readonly {readonly plan: ModelPlan; readonly folder: string}[];
};

/**
 * Trains an experiment on images in memory, in the process of the test.
 *
 * @param checkpointMs 0 for a checkpoint after each update.
 */
export async function trainHere(
  experiment: Experiment,
  parts: Pick<Dataset, 'train' | 'validation' | 'test'>,
  from?: Checkpoint,
  checkpointMs = 0,
): Promise<TrainedHere> {
  const dataset: Dataset = {
    ...{heads: experiment.data.heads, height: HEIGHT, width: WIDTH, ...parts},
    ...{source: 's', fingerprint: 'f', decoder: 'd', warnings: [], close: () => Promise.resolve()},
  };
  const facts: RunFact[] = [];
  const checkpoints: Checkpoint[] = [];
  const ended: EndedModel[] = [];
  const affinities: AffinityFile[] = [];
  const folder = temporaryFolder();
  mkdirSync(folder, {recursive: true});
  await trainRun({
    ...{experiment, dataset, from, control: new TrainingControl()},
    backend: await loadBackend('tensorflow'),
    emit: fact => facts.push(fact),
    clock: () => performance.now(),
    memoryBytes: () => 1,
    ...{checkpointMs, cacheFolder: folder},
    output: {
      saveCheckpoint: progress => {
        checkpoints.push(structuredClone({version: 4, config: 'c', seconds: 1, ...progress}));
        return Promise.resolve('checkpoint');
      },
      modelFolder: name => path.join(folder, name),
      saveAffinity: file => {
        affinities.push(file);
        return Promise.resolve();
      },
      savePredictions: models => {
        ended.push(...models);
        return Promise.resolve();
      },
    },
  });
  const models = modelPlans(experiment).map(plan => ({
    plan,
    folder: path.join(folder, plan.name),
  }));
  return {facts, checkpoints, ended, affinities, models};
}
