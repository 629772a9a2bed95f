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
  sgd,
  smallBatches,
  smallLayers,
} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

/** The first head lacks the labels of every third image, the second those of a whole batch. */
function partial(batch: Batch, index: number): Batch {
  const labels = batch.labels.map((label, at) => {
    const isFirst = at % 2 === 0;
    const isMissing = isFirst ? Math.floor(at / 2) % 3 === 0 : index === 2;
    return isMissing ? MISSING : label;
  });
  return {...batch, labels};
}

const batches = smallBatches.map(partial);
const complete: readonly HeadLoss[] = [
  {...crossEntropy(0.7), classWeights: [0.4, 3], labelSmoothing: 0.1, focalGamma: 1.5},
  crossEntropy(),
];
const losses = complete.map(loss => ({...loss, isPartial: true}));

describe('labels that are missing', () => {
  it('count in no loss and no gradient, in the compiled step as in the layers step', async () => {
    const experiment = experimentWith(smallLayers, sgd);
    const graph = await make(backend, experiment, 'graph', losses);
    const own = await make(backend, experiment, 'layers', losses);
    for (const batch of batches) {
      const a = await graph.step.trainBatch(batch, 0.1);
      const b = await own.step.trainBatch(batch, 0.1);
      expect(a.headCorrect).toEqual(b.headCorrect);
      expect(a.loss).toBeCloseTo(b.loss, 5);
      a.headLosses.forEach((loss, head) => expect(loss).toBeCloseTo(b.headLosses[head]!, 5));
    }
    expect(largestDifference(await graph.step.getState(), await own.step.getState())).toBeLessThan(
      1e-4,
    );
    graph.dispose();
    own.dispose();
  });

  it.each(['graph', 'layers'] as const)(
    'leave the loss of the images that have one (%s)',
    async choice => {
      const {step, dispose} = await make(backend, experimentWith(smallLayers), choice, losses);
      const [whole, batch] = [smallBatches[0]!, batches[0]!];
      const known = Array.from({length: batch.size}, (_, image) => image).filter(
        image => batch.labels[2 * image] !== MISSING,
      );
      const bytes = whole.images.length / whole.size;
      const alone: Batch = {
        images: Uint8Array.from(
          known.flatMap(image => [...whole.images.subarray(image * bytes, (image + 1) * bytes)]),
        ),
        labels: Uint8Array.from(
          known.flatMap(image => [...whole.labels.subarray(image * 2, image * 2 + 2)]),
        ),
        size: known.length,
      };
      const masked = await step.evaluateBatch(batch);
      const expected = await step.evaluateBatch(alone);
      expect(masked.headLosses[0]).toBeCloseTo(expected.headLosses[0]!, 5);
      expect(masked.headCorrect[0]).toBe(expected.headCorrect[0]);
      expect((await step.evaluateBatch(batches[2]!)).headLosses[1]).toBe(0);
      expect((await step.evaluateBatch(batches[2]!)).headCorrect[1]).toBe(0);
      dispose();
    },
  );

  it('change nothing of complete labels', async () => {
    const experiment = experimentWith(smallLayers, sgd);
    const plain = await make(backend, experiment, 'graph', complete);
    const masked = await make(backend, experiment, 'graph', losses);
    for (const batch of smallBatches) {
      await plain.step.trainBatch(batch, 0.1);
      await masked.step.trainBatch(batch, 0.1);
    }
    expect(
      largestDifference(await plain.step.getState(), await masked.step.getState()),
    ).toBeLessThan(1e-4);
    plain.dispose();
    masked.dispose();
  });
});
