import {describe, expect, it} from 'vitest';
import {memorySet, type Dataset} from '../../src/data/dataset.js';
import type {AffinityFile} from '../../src/runs/affinity-file.js';
import type {EventOf, RunFact} from '../../src/runs/events.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {AffinityAverages} from '../../src/training/affinity.js';
import type {Checkpoint} from '../../src/training/checkpoint.js';
import {TrainingControl} from '../../src/training/context.js';
import {trainRun} from '../../src/training/train-run.js';
import {seededRandom} from '../../src/util/random.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const [HEIGHT, WIDTH] = [18, 14];
const IMAGE_BYTES = HEIGHT * WIDTH * 3;

function images(count: number, seed: number) {
  const random = seededRandom(seed);
  const labels = Uint8Array.from({length: 2 * count}, () => Math.floor(random() * 2));
  const pixels = Uint8Array.from({length: count * IMAGE_BYTES}, () => Math.floor(random() * 256));
  const files = Array.from({length: count}, (_, index) => `${seed}-${index}.jpg`);
  return memorySet(files, labels, pixels, IMAGE_BYTES);
}

/** Trains a tiny network with five batches an epoch, of which every second is measured. */
async function trained(from?: Checkpoint) {
  const experiment = tinyExperiment('training.affinity={method: tag, every: 2}');
  const dataset: Dataset = {
    ...{heads: experiment.data.heads, height: HEIGHT, width: WIDTH},
    ...{train: images(58, 1), validation: images(8, 2), test: undefined},
    ...{source: 's', fingerprint: 'f', decoder: 'd', warnings: [], close: () => Promise.resolve()},
  };
  const facts: RunFact[] = [];
  const checkpoints: Checkpoint[] = [];
  const files: AffinityFile[] = [];
  await trainRun({
    ...{experiment, dataset, from, control: new TrainingControl()},
    backend: await loadBackend('tensorflow'),
    emit: fact => facts.push(fact),
    clock: () => performance.now(),
    memoryBytes: () => 1,
    checkpointMs: 0,
    cacheFolder: temporaryFolder(),
    output: {
      saveCheckpoint: progress => {
        checkpoints.push(structuredClone({version: 4, config: 'c', seconds: 1, ...progress}));
        return Promise.resolve('checkpoint');
      },
      modelFolder: () => temporaryFolder('model'),
      saveAffinity: file => {
        files.push(file);
        return Promise.resolve();
      },
      savePredictions: () => Promise.resolve(),
    },
  });
  const measured = facts.filter(
    (fact): fact is EventOf<'affinity.measured'> => fact.type === 'affinity.measured',
  );
  return {files, measured, checkpoints};
}

describe('the affinity of a run', () => {
  it.each([
    [tinyYaml.replace('multi-output', 'separate'), 'heads that share one network'],
    [tinyYaml.replace('[Male, Smiling]', '[Male]'), 'two heads or more; received one'],
  ])('is refused where heads share nothing', (text, message) => {
    expect(failureOf(text, 'training.affinity={}').message).toContain(message);
  });

  it('is the mean over the measured batches of an epoch and of the run, the same after a resume in an epoch', async () => {
    const {files, measured, checkpoints} = await trained();
    expect(files.map(({steps, lastEpoch}) => [steps, lastEpoch?.epoch, lastEpoch?.steps])).toEqual([
      [3, 1, 3],
      [6, 2, 3],
    ]);
    const [first, last] = files as [AffinityFile, AffinityFile];
    expect(last).toMatchObject({method: 'tag', every: 2, names: ['Male', 'Smiling']});
    last.matrix.flat().forEach((value, at) => {
      const epochs = [first.matrix, last.lastEpoch!.matrix].map(matrix => matrix.flat()[at]!);
      expect(value).toBeCloseTo((epochs[0]! + epochs[1]!) / 2, 7);
    });
    expect(measured[1]).toMatchObject({epoch: 2, steps: 3});
    expect(measured[1]?.lowest?.value).toBe(
      Math.min(last.lastEpoch!.matrix[0]![1]!, last.lastEpoch!.matrix[1]![0]!),
    );

    const middle = checkpoints.find(
      ({progress}) => progress?.epoch === 2 && progress.batches === 3,
    );
    const resumed = await trained(middle);
    expect(resumed.files).toEqual([last]);
    expect(resumed.measured).toEqual([measured[1]]);
  });

  it('leaves out the batches in which a pair has no value', () => {
    const averages = new AffinityAverages({method: 'tag', every: 1}, ['a', 'b']);
    averages.add(Float64Array.of(1, Number.NaN, 0.5, 1));
    averages.add(Float64Array.of(1, Number.NaN, Number.NEGATIVE_INFINITY, 1));
    expect(averages.file(1)).toMatchObject({
      steps: 2,
      matrix: [
        [1, null],
        [0.5, 1],
      ],
    });
    expect(averages.summary()).toEqual({
      ...{method: 'tag', steps: 2, mean: 0.5},
      lowest: {affected: 'b', helper: 'a', value: 0.5},
      highest: {affected: 'b', helper: 'a', value: 0.5},
    });
  });
});
