import {describe, expect, it} from 'vitest';
import {memorySet, type Dataset} from '../../src/data/dataset.js';
import {epochCost} from '../../src/training/best-epoch.js';
import {TrainingControl, type TrainingContext} from '../../src/training/context.js';
import type {EvaluationResult} from '../../src/training/evaluate.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';

type Heads = readonly {readonly labels: string; readonly probabilities: readonly number[]}[];

/** Cost of an epoch whose heads have these labels and probabilities on the validation images. */
function costOf(best: string, heads: Heads, loss = 0.5): number {
  const names = ['Male', 'Smiling'].slice(0, heads.length);
  const experiment = tinyExperiment(`training.best=${best}`);
  const count = heads[0]!.labels.length;
  const rows = <T>(valuesOf: (head: Heads[number]) => ArrayLike<T>): T[] =>
    Array.from({length: count}, (_, image) => heads.map(head => valuesOf(head)[image]!)).flat();
  const labels = Uint8Array.from(
    rows(head => head.labels),
    Number,
  );
  const set = memorySet([], labels, new Uint8Array(0), 0);
  const empty = memorySet([], new Uint8Array(0), new Uint8Array(0), 0);
  const dataset: Dataset = {
    ...{heads: names, height: 1, width: 1, train: empty, validation: set, test: undefined},
    ...{source: 's', fingerprint: 'f', decoder: 'd', warnings: [], slices: undefined},
    close: () => Promise.resolve(),
  };
  const context: TrainingContext = {
    ...{experiment, dataset, emit: () => {}, control: new TrainingControl()},
    ...{clock: () => 0, memoryBytes: () => 0, checkpointMs: 1},
    saveProgress: () => Promise.resolve(''),
    saveAffinity: () => Promise.resolve(),
  };
  const metrics = heads.map(({labels: bits, probabilities}, at) => {
    const right = probabilities.filter((value, image) => value > 0.5 === (bits[image] === '1'));
    return [names[at]!, {loss, accuracy: right.length / count}] as const;
  });
  const result: EvaluationResult = {
    metrics: {loss, heads: Object.fromEntries(metrics)},
    probabilities: Float32Array.from(rows(head => head.probabilities)),
  };
  return epochCost(
    context,
    {
      name: 'multi-output',
      heads: names,
      classes: [
        ['0', '1'],
        ['0', '1'],
      ],
      output: 'heads',
    },
    result,
  );
}

describe('the best epoch', () => {
  it('cannot be chosen by a metric that validation does not have', () => {
    const text = tinyYaml.replace('epochs: 2', 'epochs: 2, best: auc');
    expect(failureOf(text).message).toContain(
      'training.best: Expected one of loss, accuracy, f1; received "auc"',
    );
  });

  it.each(['loss', 'accuracy', 'f1'])(
    'is never one whose loss is not finite, when chosen by %s: it may guess well by chance',
    best => {
      const heads = [{labels: '0011', probabilities: [0, 0, 1, 1]}];
      for (const loss of [NaN, Infinity]) expect(costOf(best, heads, loss)).toBeNaN();
    },
  );

  it('counts a head without positives as an F1 of 0, as scikit-learn does', () => {
    expect(costOf('f1', [{labels: '000', probabilities: [0.1, 0.2, 0.3]}])).toBeCloseTo(0, 12);
  });

  it('counts a head whose probabilities are not numbers as predicting nothing', () => {
    expect(costOf('f1', [{labels: '01', probabilities: [NaN, NaN]}])).toBeCloseTo(0, 12);
  });

  it('has the highest mean over the heads of the network', () => {
    const heads = [
      // Two of three positives found, one false: precision 2/3, recall 2/3.
      {labels: '11100', probabilities: [0.9, 0.6, 0.5, 0.7, 0.1]},
      // One of one found, none false.
      {labels: '10000', probabilities: [0.8, 0.1, 0.1, 0.1, 0.1]},
    ];
    expect(costOf('f1', heads)).toBeCloseTo(-(2 / 3 + 1) / 2, 12);
    expect(costOf('accuracy', heads)).toBeCloseTo(-(3 / 5 + 1) / 2, 12);
    expect(costOf('loss', heads)).toBe(0.5);
  });
});
