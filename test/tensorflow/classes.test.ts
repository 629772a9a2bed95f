import {beforeAll, describe, expect, it} from 'vitest';
import {MISSING} from '../../src/experiment/missing-label.js';
import {crossEntropy} from '../../src/tensorflow/head-loss.js';
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

/** The second head has four classes; some labels are missing. */
const batches = smallBatches.map((batch): Batch => {
  const labels = batch.labels.map((label, at) =>
    at % 2 === 0 ? label : at % 7 === 0 ? MISSING : Math.floor(at / 2) % 4,
  );
  return {...batch, labels};
});
const classes = 'data.classes={Smiling: [a, b, c, d]}';

const losses = [
  {...crossEntropy(0.7), isPartial: true},
  {
    ...crossEntropy(1, 4),
    ...{classWeights: [0.5, 2, 1, 3], labelSmoothing: 0.1, focalGamma: 1.5, isPartial: true},
  },
];

describe('a head with four classes', () => {
  it.each(['multi-output', 'concatenated'])(
    'trains in the compiled step as in the layers step, whose gradients tfjs derives (%s)',
    async kind => {
      const experiment = experimentWith(smallLayers, [...sgd, classes, `model.kind=${kind}`]);
      for (const chosen of [undefined, losses]) {
        const partial =
          chosen ?? [2, 4].map(count => ({...crossEntropy(1, count), isPartial: true}));
        const graph = await make(backend, experiment, 'graph', partial);
        const own = await make(backend, experiment, 'layers', partial);
        for (const batch of batches) {
          const a = await graph.step.trainBatch(batch, 0.1);
          const b = await own.step.trainBatch(batch, 0.1);
          expect(a.headCorrect).toEqual(b.headCorrect);
          expect(a.loss).toBeCloseTo(b.loss, 4);
        }
        expect(
          largestDifference(await graph.step.getState(), await own.step.getState()),
        ).toBeLessThan(1e-3);
        const [a, b] = [
          await graph.step.evaluateBatch(batches[0]!),
          await own.step.evaluateBatch(batches[0]!),
        ];
        expect(a.predicted).toEqual(b.predicted);
        a.probabilities.forEach((value, at) => expect(value).toBeCloseTo(b.probabilities[at]!, 4));
        expect(a.predicted).toHaveLength(batches[0]!.labels.length);
        const odds = await graph.step.logOdds(batches[0]!);
        expect(odds.filter((_, at) => at % 2 === 1).every(value => value === 0)).toBe(true);
        graph.dispose();
        own.dispose();
      }
    },
  );

  it('gives the probability of the class that it predicts', async () => {
    const experiment = experimentWith(smallLayers, [classes]);
    const {step, model, dispose} = await make(backend, experiment, 'graph');
    const [batch] = smallBatches;
    const {probabilities, predicted} = await step.evaluateBatch({
      ...batch!,
      labels: new Uint8Array(batch!.labels.length),
    });
    const {tf} = backend;
    const images = tf.tensor4d(batch!.images, [batch!.size, 13, 11, 3], 'int32').toFloat().div(255);
    const outputs = model.predict(images) as ReturnType<typeof tf.tensor2d>[];
    const all = outputs[1]!.arraySync();
    all.forEach((row, image) => {
      const best = row.indexOf(Math.max(...row));
      expect(predicted![2 * image + 1]).toBe(best);
      expect(probabilities[2 * image + 1]).toBeCloseTo(row[best]!, 5);
    });
    dispose();
  });
});
