import {beforeAll, describe, expect, it} from 'vitest';
import {crossEntropy, type HeadLoss} from '../../src/tensorflow/head-loss.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {
  experimentWith,
  largestDifference,
  make,
  sgd,
  smallBatches,
  smallLayers,
} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

const layers = smallLayers;
const batches = smallBatches;

describe('training with a loss', () => {
  it.each<Partial<HeadLoss>>([
    {classWeights: [0.4, 3]},
    {labelSmoothing: 0.1},
    {focalGamma: 2},
    {focalGamma: 0.5, labelSmoothing: 0.2, classWeights: [2, 0.5], weight: 0.7},
  ])(
    "goes the way of the layers' own step, whose gradients tfjs derives, with the loss %o",
    async keys => {
      const experiment = experimentWith(layers, ['training.optimizer.sgd.learningRate=0.1']);
      const losses = [{...crossEntropy(), ...keys}, crossEntropy()];
      const [graph, own] = [
        await make(backend, experiment, 'graph', losses),
        await make(backend, experiment, 'layers', losses),
      ];
      for (const batch of batches) {
        const [a, b] = [
          await graph.step.trainBatch(batch, 0.1),
          await own.step.trainBatch(batch, 0.1),
        ];
        expect(a.headCorrect).toEqual(b.headCorrect);
        expect(a.loss).toBeCloseTo(b.loss, 5);
        a.headLosses.forEach((loss, head) => expect(loss).toBeCloseTo(b.headLosses[head]!, 5));
      }
      expect(
        largestDifference(await graph.step.getState(), await own.step.getState()),
      ).toBeLessThan(1e-4);
      graph.dispose();
      own.dispose();
    },
  );

  it.each(['graph', 'layers'] as const)(
    'computes the loss that its formula says, with the %s step',
    async choice => {
      const loss: HeadLoss = {
        ...{weight: 1, classWeights: [0.4, 3], labelSmoothing: 0.1, focalGamma: 1.5},
      };
      const {step, dispose} = await make(backend, experimentWith(layers), choice, [
        loss,
        crossEntropy(),
      ]);
      const batch = batches[0]!;
      const {headLosses, probabilities} = await step.evaluateBatch(batch);
      const ofImage = (image: number): number => {
        const label = batch.labels[2 * image]!;
        const one = probabilities[2 * image]!;
        const terms = [1 - one, one].map((p, k) => {
          const target = (k === label ? 0.9 : 0) + 0.05;
          return -target * (1 - p) ** 1.5 * Math.log(p);
        });
        return loss.classWeights[label]! * (terms[0]! + terms[1]!);
      };
      const mean = Array.from({length: batch.size}, (_, image) => ofImage(image)).reduce(
        (sum, value) => sum + value / batch.size,
        0,
      );
      expect(headLosses[0]).toBeCloseTo(mean, 5);
      dispose();
    },
  );

  it.each(['graph', 'layers'] as const)(
    'has finite focal losses and gradients where a prediction is certain, with the %s step',
    async choice => {
      const loss = {...crossEntropy(), focalGamma: 0.5};
      const {step, dispose} = await make(backend, experimentWith(layers, sgd), choice, [
        loss,
        loss,
      ]);
      const certain = new Set<number>();
      for (const batch of batches) {
        const {loss: value} = await step.trainBatch(batch, 300);
        expect(Number.isFinite(value)).toBe(true);
        const {probabilities} = await step.evaluateBatch(batch);
        probabilities.forEach(value => certain.add(value));
      }
      expect([...certain]).toEqual(expect.arrayContaining([0, 1]));
      const {weights} = await step.getState();
      expect(weights.every(({values}) => values.every(Number.isFinite))).toBe(true);
      dispose();
    },
  );

  it('clips the gradients of all weights together, with both steps alike', async () => {
    const clip = ['training.optimizer.sgd.learningRate=1', 'training.clipNorm=0.01'];
    const changes: number[][] = [];
    for (const choice of ['graph', 'layers'] as const) {
      const {step, dispose} = await make(backend, experimentWith(layers, clip), choice);
      const before = await step.getState();
      await step.trainBatch(batches[0]!, 1);
      const after = await step.getState();
      const change = after.weights.flatMap(({values}, index) =>
        [...values].map((value, at) => value - before.weights[index]!.values[at]!),
      );
      expect(Math.hypot(...change)).toBeCloseTo(0.01, 5);
      changes.push(change);
      dispose();
    }
    changes[0]!.forEach((value, at) => expect(value).toBeCloseTo(changes[1]![at]!, 6));
  });
});
