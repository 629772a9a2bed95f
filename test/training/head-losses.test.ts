import {describe, expect, it} from 'vitest';
import {MISSING} from '../../src/experiment/missing-label.js';
import {crossEntropy} from '../../src/tensorflow/head-loss.js';
import {headLosses} from '../../src/training/head-losses.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';

/** Of four images, one is Male and three are Smiling. */
const images = {
  heads: ['Male', 'Smiling'],
  train: {labels: Uint8Array.of(1, 0, 0, 1, 0, 1, 0, 1)},
  validation: {labels: Uint8Array.of(1, 0)},
  test: undefined,
};
const lossesWith = (...overrides: string[]): ReturnType<typeof headLosses> =>
  headLosses(tinyExperiment(...overrides).training, images.heads, images);

describe('the losses of heads', () => {
  it('are cross-entropies by default, with the weights of training.lossWeights', () => {
    expect(lossesWith('training.lossWeights.Smiling=2')).toEqual([crossEntropy(), crossEntropy(2)]);
  });

  it('give both classes the same total weight where class weights are balanced', () => {
    const [male, smiling] = lossesWith('training.loss.classWeights=balanced');
    expect(male?.classWeights).toEqual([4 / 6, 2]);
    expect(smiling?.classWeights).toEqual([2, 4 / 6]);
  });

  it('take the keys of a single head before those of all heads', () => {
    const loss = '{labelSmoothing: 0.1, heads: {Smiling: {focalGamma: 2, classWeights: [1, 3]}}}';
    expect(lossesWith(`training.loss=${loss}`)).toEqual([
      {...crossEntropy(), labelSmoothing: 0.1},
      {...crossEntropy(), labelSmoothing: 0.1, focalGamma: 2, classWeights: [1, 3]},
    ]);
    const plain = '{classWeights: balanced, heads: {Male: {classWeights: none}}}';
    expect(lossesWith(`training.loss=${plain}`)[0]).toEqual(crossEntropy());
  });

  it('belong to the heads of a network that has only some of them', () => {
    const {training} = tinyExperiment('training.loss.classWeights=balanced');
    expect(headLosses(training, ['Smiling'], images)[0]?.classWeights).toEqual([2, 4 / 6]);
  });

  it('know whether labels are missing, which count for no class', () => {
    const {training} = tinyExperiment('training.loss.classWeights=balanced');
    const partial = Uint8Array.of(1, 0, MISSING, 1, 0, 1, 0, 1);
    const [male, smiling] = headLosses(training, images.heads, {
      ...images,
      train: {labels: partial},
    });
    expect(male).toMatchObject({classWeights: [3 / 4, 3 / 2], isPartial: true});
    expect(smiling?.classWeights).toEqual([2, 4 / 6]);
    const test = {labels: Uint8Array.of(MISSING, 1)};
    expect(headLosses(training, ['Male'], {...images, test})[0]?.isPartial).toBe(true);
  });

  it('cannot be balanced for a class without a training image, which is named', () => {
    const {training} = tinyExperiment('training.loss.classWeights=balanced');
    const ones = {...images, train: {labels: Uint8Array.of(1, 0, 1, 1)}};
    expect(() => headLosses(training, ['Male'], ones)).toThrow(
      'no training image has the label 0 for Male',
    );
  });

  it.each([
    ['training.loss.classWeights=[1]', 'training.loss.classWeights'],
    ['training.loss.classWeights=[-1, 1]', 'training.loss.classWeights'],
    ['training.loss.labelSmoothing=1', 'training.loss.labelSmoothing'],
    ['training.loss.focalGamma=-1', 'training.loss.focalGamma'],
    ['training.loss.heads.Mael={}', 'Mael is not a head of this experiment'],
    ['training.clipNorm=0', 'training.clipNorm'],
  ])('are refused with %s', (override, message) => {
    expect(failureOf(tinyYaml, override).message).toContain(message);
  });
});
