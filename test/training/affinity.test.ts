import {describe, expect, it} from 'vitest';
import type {AffinityFile} from '../../src/runs/affinity-file.js';
import type {EventOf} from '../../src/runs/events.js';
import {AffinityAverages} from '../../src/training/affinity.js';
import type {Checkpoint} from '../../src/training/checkpoint.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';
import {randomImages, trainHere} from '../helpers/train-in-process.js';

/** Trains a tiny network with five batches an epoch, of which every second is measured. */
async function trained(from?: Checkpoint) {
  const experiment = tinyExperiment('training.affinity={method: tag, every: 2}');
  const parts = {
    train: randomImages(58, 1).set,
    validation: randomImages(8, 2).set,
    test: undefined,
  };
  const {facts, affinities: files, checkpoints} = await trainHere(experiment, parts, from);
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
