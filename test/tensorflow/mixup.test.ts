import {beforeAll, describe, expect, it} from 'vitest';
import {MISSING} from '../../src/experiment/missing-label.js';
import {crossEntropy, type HeadLoss} from '../../src/tensorflow/head-loss.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Batch} from '../../src/tensorflow/training-step.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {
  experimentWith,
  largestDifference,
  make,
  randomBatch,
  sgd,
  smallBatches,
  smallLayers,
} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

/** The second head has three classes; of every fifth image one of both labels of the first is missing. */
function mixedBatch(batch: Batch, index: number): Batch {
  const classes = (seed: number): Uint8Array =>
    randomBatch(batch.size, [1, 1], 2, seed).labels.map((label, at) =>
      at % 2 === 0 ? label : (7 * at + seed) % 3,
    );
  const fractions = Float32Array.from({length: batch.size}, (_, image) => image / 16);
  const mixed = {labels: classes(100 + index), fractions};
  const labels = classes(index).map((label, at) => (at % 10 === 0 ? MISSING : label));
  mixed.labels[0] = MISSING;
  return {...batch, labels, mixed};
}
const batches = smallBatches.map(mixedBatch);
const overrides = [...sgd, 'data.classes={Smiling: [a, b, c]}', 'training.augment.mixup=0.2'];
const plain = [crossEntropy(), crossEntropy(1, 3)].map(loss => ({...loss, isPartial: true}));
const everything: HeadLoss[] = [
  {...plain[0]!, weight: 0.7, classWeights: [0.4, 3], labelSmoothing: 0.1},
  {...plain[1]!, classWeights: [0.5, 2, 0], labelSmoothing: 0.2, focalGamma: 1.5},
];

describe('mixed images', () => {
  it.each([
    ['the cross-entropy', plain, []],
    ['weights, smoothing and the focal loss', everything, []],
    ['balanced gradients', plain, ['training.balance=mgda-ub']],
    ['measured affinities', everything, ['training.affinity={method: tag, every: 1}']],
  ])(
    'train in the compiled step as in the layers step, whose gradients tfjs derives (%s)',
    async (_name, losses, keys) => {
      const experiment = experimentWith(smallLayers, [...overrides, ...keys]);
      const graph = await make(backend, experiment, 'graph', losses);
      const own = await make(backend, experiment, 'layers', losses);
      for (const batch of batches) {
        const measures = keys[0]?.includes('affinity') === true;
        const a = await graph.step.trainBatch(batch, 0.1, undefined, measures);
        const b = await own.step.trainBatch(batch, 0.1, undefined, measures);
        expect(a.headCorrect).toEqual(b.headCorrect);
        expect(a.loss).toBeCloseTo(b.loss, 5);
        expect(a.affinity?.length).toBe(b.affinity?.length);
        a.affinity?.forEach((value, at) => expect(value).toBeCloseTo(b.affinity![at]!, 4));
      }
      const difference = largestDifference(await graph.step.getState(), await own.step.getState());
      expect(difference).toBeLessThan(1e-4);
      graph.dispose();
      own.dispose();
    },
  );

  it.each(['graph', 'layers'] as const)(
    'have the loss by the one label and by the other, as far as each is in the image (%s)',
    async choice => {
      const experiment = experimentWith(smallLayers, overrides);
      const lossBy = async (batch: Batch): Promise<number> => {
        const {step, dispose} = await make(backend, experiment, choice, everything);
        const {headLosses} = await step.trainBatch(batch, 0);
        dispose();
        return headLosses[1]!;
      };
      const batch = batches[0]!;
      const alike = (labels: Uint8Array): Batch => ({
        ...batch,
        labels,
        mixed: {labels, fractions: new Float32Array(batch.size).fill(0.25)},
      });
      const halves = new Float32Array(batch.size).fill(0.25);
      const mixed = {labels: batch.mixed!.labels, fractions: halves};
      const [a, b] = [await lossBy(alike(batch.labels)), await lossBy(alike(mixed.labels))];
      expect(await lossBy({...batch, mixed})).toBeCloseTo(0.75 * a + 0.25 * b, 5);
    },
  );
});
