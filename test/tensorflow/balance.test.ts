import {readFileSync} from 'node:fs';
import {beforeAll, describe, expect, it} from 'vitest';
import {gradientMethods, lossMethods} from '../../src/experiment/balance-methods.js';
import {MISSING} from '../../src/experiment/missing-label.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {randomWeights} from '../../src/tensorflow/balance/loss-weights.js';
import {crossEntropy, type HeadLoss} from '../../src/tensorflow/head-loss.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {
  evaluatedWeights,
  type Batch,
  type TrainingStep,
  type UpdateGroup,
} from '../../src/tensorflow/training-step.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {
  conv,
  end,
  experimentWith,
  largestDifference,
  make,
  smallBatches,
  smallLayers,
} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

const choices = ['graph', 'layers'] as const;
const methods = [...lossMethods.filter(method => method !== 'equal'), ...gradientMethods];
/** The weights are computed in one place: the layers step has only its own passes to get right. */
const resumed = [
  ...methods.map(method => [method, 'graph'] as const),
  ...(['dwa', 'famo'] as const).map(method => [method, 'layers'] as const),
];

type Steps = {readonly weights: number[][]; readonly final: Record<string, number[]>};

/** By test/fixtures/balance/balance.py, with PyTorch. */
const fixture = JSON.parse(
  readFileSync(new URL('../fixtures/balance/balance.json', import.meta.url), 'utf8'),
) as {
  readonly shape: [number, number];
  readonly classes: number[];
  readonly lossWeights: number[];
  readonly units: number;
  readonly rate: number;
  readonly start: Record<string, number[]>;
  readonly images: number[][];
  readonly labels: number[][];
  readonly methods: Record<string, Steps>;
};
const heads = ['Male', 'Smiling', 'Young'];
const fixtureBatches = fixture.images.map((images, at): Batch => {
  const labels = Uint8Array.from(fixture.labels[at]!);
  return {images: Uint8Array.from(images), labels, size: labels.length / heads.length};
});

/** Tells the losses of a batch as those of an epoch; DWA alone uses them. */
async function trainAsEpoch(step: TrainingStep, batch: Batch, rate: number): Promise<number[]> {
  const {headLosses, weights} = await step.trainBatch(batch, rate);
  const known = (head: number): boolean =>
    batch.labels.some((label, at) => at % headLosses.length === head && label !== MISSING);
  step.endEpoch(headLosses.map((loss, head) => (known(head) ? loss : Number.NaN)));
  return [...weights!];
}

describe('balanced heads', () => {
  it.each(
    methods.filter(name => name in fixture.methods).flatMap(m => choices.map(c => [m, c] as const)),
  )(
    'train as in PyTorch, with missing labels and weights of their own (%s, %s)',
    async (method, choice) => {
      const layers = [{flatten: {}}, {dense: {units: fixture.units, activation: 'tanh'}}];
      const overrides = [
        `data.heads=[${heads.join()}]`,
        'data.classes={Young: [a, b, c]}',
        `training.balance=${method}`,
        'training.optimizer.sgd.learningRate=1',
      ];
      const experiment = experimentWith(layers, overrides, fixture.shape);
      const losses = fixture.classes.map((count, head) => ({
        ...crossEntropy(fixture.lossWeights[head], count),
        isPartial: true,
      }));
      const {step, dispose} = await make(backend, experiment, choice, losses);
      const state = await step.getState();
      const names = Object.keys(fixture.start);
      const weights = state.weights.map((weight, at) => ({
        ...weight,
        values: Float32Array.from(fixture.start[names[at]!]!),
      }));
      await step.setState({...state, weights});
      const {weights: given, final} = fixture.methods[method]!;
      for (const [at, batch] of fixtureBatches.entries()) {
        const shown = await trainAsEpoch(step, batch, fixture.rate);
        shown.forEach((weight, head) => expect(weight).toBeCloseTo(given[at]![head]!, 5));
      }
      (await step.getState()).weights.forEach(({values}, at) =>
        values.forEach((value, place) =>
          expect(Math.abs(value - final[names[at]!]![place]!)).toBeLessThan(1e-5),
        ),
      );
      dispose();
    },
  );

  it.each(resumed)(
    'resume to the same bits, with averages of the weights (%s, %s)',
    async (...made) => {
      const experiment = balanced(
        made[0],
        ['training.ema={}'],
        [conv({}), {batchNormalization: {}}, {dropout: {rate: 0.3}}, ...end],
      );
      const once = await make(backend, experiment, made[1]);
      for (const batch of smallBatches.slice(0, 3)) await trainAsEpoch(once.step, batch, 0.01);
      const state = await once.step.getState();
      for (const batch of smallBatches.slice(3, 6)) await trainAsEpoch(once.step, batch, 0.01);
      const again = await make(backend, experiment, made[1]);
      await again.step.setState(state);
      for (const batch of smallBatches.slice(3, 6)) await trainAsEpoch(again.step, batch, 0.01);
      expect(await again.step.getState()).toEqual(await once.step.getState());
      expect(evaluatedWeights(state)).not.toEqual(evaluatedWeights(await once.step.getState()));
      [once, again].forEach(({dispose}) => dispose());
    },
  );

  it.each(methods)(
    'train in the compiled step as in the layers step: accumulated, with focal loss and class weights (%s)',
    async method => {
      const losses: readonly HeadLoss[] = [
        {...crossEntropy(2), focalGamma: 2, isPartial: true},
        {...crossEntropy(), classWeights: [1, 3], labelSmoothing: 0.1, isPartial: true},
      ];
      const experiment = balanced(method, ['training.accumulate=4', 'training.clipNorm=1']);
      const states = [];
      for (const choice of choices) {
        const {step, dispose} = await make(backend, experiment, choice, losses);
        for (const [at, batch] of smallBatches.slice(4).entries()) {
          const labels = batch.labels.map((label, place) => (place % 5 === 1 ? MISSING : label));
          const group: UpdateGroup = {
            index: at % 4,
            images: at < 7 ? 8 * ((at % 4) + 1) : 27,
            isLast: at % 4 === 3,
          };
          await step.trainBatch({...batch, labels}, 0.1, group);
        }
        states.push(await step.getState());
        dispose();
      }
      const [graph, layers] = states as [(typeof states)[0], (typeof states)[0]];
      expect(graph.steps).toBe(2);
      expect(largestDifference(graph, layers)).toBeLessThan(1e-4);
      for (const tensor of graph.optimizer.filter(({name}) => name.startsWith('balance/'))) {
        const twin = layers.optimizer.find(({name}) => name === tensor.name)!;
        tensor.values.forEach((value, head) => expect(value).toBeCloseTo(twin.values[head]!, 4));
      }
    },
  );

  it('report the plain loss, and evaluate with it', async () => {
    const losses = [crossEntropy(2), crossEntropy(0.5)];
    for (const choice of choices) {
      const {step, dispose} = await make(backend, balanced('gls'), choice, losses);
      const plain = await make(backend, balanced('equal'), choice, losses);
      const [batch] = smallBatches as [Batch];
      const {loss, headLosses, weights} = await step.trainBatch(batch, 0);
      const expected = await plain.step.trainBatch(batch, 0);
      expect(loss).toBeCloseTo(2 * headLosses[0]! + 0.5 * headLosses[1]!, 6);
      expect(loss).toBeCloseTo(expected.loss, 5);
      expect(weights).toHaveLength(2);
      expect(expected.weights).toBeUndefined();
      expect(await step.evaluateBatch(batch)).toEqual(await plain.step.evaluateBatch(batch));
      [dispose, plain.dispose].forEach(free => free());
    }
  });

  it.each(methods)('leave out a head without weight (%s)', async method => {
    const layers = [...smallLayers];
    const {step, dispose} = await make(backend, balanced(method, [], layers), 'graph', [
      crossEntropy(),
      crossEntropy(0),
    ]);
    const before = (await step.getState()).weights.at(-1)!;
    for (const batch of smallBatches.slice(0, 3)) {
      const {headLosses} = await step.trainBatch(batch, 0.1);
      expect(headLosses.every(Number.isFinite)).toBe(true);
    }
    expect((await step.getState()).weights.at(-1)).toEqual(before);
    dispose();
  });

  it('compute in bfloat16 what they compute in float32, to its digits', async () => {
    const losses: number[] = [];
    for (const precision of ['float32', 'bfloat16']) {
      const {step, dispose} = await make(
        backend,
        balanced('famo', [`training.precision=${precision}`]),
        'graph',
      );
      for (const batch of smallBatches.slice(0, 4))
        losses.push((await step.trainBatch(batch, 0.05)).loss);
      dispose();
    }
    losses.slice(4).forEach((loss, at) => expect(Math.abs(loss - losses[at]!)).toBeLessThan(0.02));
  });

  it('keep no tensors', async () => {
    const {step, dispose} = await make(backend, balanced('famo'), 'layers');
    await step.trainBatch(smallBatches[0]!, 0.01);
    const before = backend.tf.memory().numTensors;
    for (const batch of smallBatches) await step.trainBatch(batch, 0.01);
    expect(backend.tf.memory().numTensors).toBe(before);
    dispose();
  });
});

describe('random weights', () => {
  it('are the softmax of normal numbers', () => {
    const logs = Array.from({length: 4000}, (_, seed) => {
      const [first, second] = randomWeights(3, seed) as [number, number, number];
      return Math.log(first / second);
    });
    const mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    const variance = logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / logs.length;
    expect(Math.abs(mean)).toBeLessThan(0.1);
    // The difference of two normal numbers has the variance 2.
    expect(Math.abs(variance - 2)).toBeLessThan(0.15);
    expect(randomWeights(3, 5).reduce((sum, weight) => sum + weight)).toBeCloseTo(1, 12);
  });
});

function balanced(
  method: string,
  overrides: readonly string[] = [],
  layers: readonly object[] = smallLayers,
): Experiment {
  const sgd = 'training.optimizer.sgd.learningRate=1';
  return experimentWith(layers, [sgd, `training.balance=${method}`, ...overrides]);
}
