import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import {activation} from '../../src/model/layers/layer-kind.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Backend} from '../../src/tensorflow/types.js';
import type {Batch} from '../../src/tensorflow/training-step.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {conv, end, experimentWith, make, randomBatch, sgd} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

/** The gradient of every weight, by taking one step of size 1 down it. */
async function gradients(
  experiment: Experiment,
  choice: 'layers' | 'graph',
  batch: Batch,
): Promise<Map<string, Float32Array>> {
  const {step, dispose} = await make(backend, experiment, choice);
  const before = await step.getState();
  await step.trainBatch(batch, 1);
  const after = await step.getState();
  dispose();
  return new Map(
    before.weights.map(({name, values}, index) => [
      name,
      values.map((value, at) => value - after.weights[index]!.values[at]!),
    ]),
  );
}

async function expectSameGradients(experiment: Experiment, batch: Batch): Promise<void> {
  const ours = await gradients(experiment, 'graph', batch);
  const automatic = await gradients(experiment, 'layers', batch);
  for (const [name, values] of automatic) {
    const scale = Math.max(...values.map(Math.abs), 1e-2);
    const worst = Math.max(...values.map((value, at) => Math.abs(value - ours.get(name)![at]!)));
    expect(worst / scale, name).toBeLessThan(2e-4);
  }
}

describe('the gradients of the compiled step', () => {
  it.each<[string, object[]]>([
    ['a strided convolution', [conv({stride: 2})]],
    [
      'a convolution with same padding',
      [conv({padding: 'same', stride: [2, 1]}), conv({padding: 'same'})],
    ],
    ['a convolution without bias', [conv({useBias: false})]],
    ['a 1x1 convolution with strides', [conv({}), conv({kernel: 1, stride: [2, 3]})]],
    [
      'a 1x1 convolution with strides and same padding',
      [
        conv({kernel: 1, stride: 2, padding: 'same'}),
        conv({kernel: 1, stride: 3, padding: 'same'}),
      ],
    ],
    ['max pooling', [conv({}), {maxPooling2d: {size: 2}}, conv({kernel: 2})]],
    [
      'overlapping max pooling with padding',
      [conv({}), {maxPooling2d: {size: 3, stride: 2, padding: 'same'}}],
    ],
    ['average pooling', [conv({}), {averagePooling2d: {size: 2}}]],
    [
      'average pooling with padding',
      [conv({}), {averagePooling2d: {size: 3, stride: 2, padding: 'same'}}],
    ],
    ['global average pooling', [conv({}), {globalAveragePooling2d: {}}]],
    ['batch normalisation', [conv({}), {batchNormalization: {}}, {activation: {function: 'relu'}}]],
    ...activation.options
      .filter(name => name !== 'linear')
      .map((activation): [string, object[]] => [
        activation,
        [conv({activation}), {maxPooling2d: {size: 2}}],
      ]),
  ])("agree with tfjs's own for %s", async (_what, layers) => {
    const flat = layers.some(layer => 'globalAveragePooling2d' in layer) ? end.slice(1) : end;
    await expectSameGradients(
      experimentWith([...layers, ...flat], sgd),
      randomBatch(5, [13, 11], 2, 11),
    );
  });

  it('agree on random shapes, odd sizes and batches of one image', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({min: 1, max: 6}),
        fc.integer({min: 8, max: 21}),
        fc.integer({min: 8, max: 21}),
        fc.integer({min: 1, max: 4}),
        fc.constantFrom('valid', 'same'),
        fc.integer({min: 1, max: 2}),
        fc.integer(),
        async (images, height, width, filters, padding, stride, seed) => {
          const layers = [
            conv({filters, padding, stride, activation: 'tanh'}),
            {averagePooling2d: {size: 2, padding: 'same'}},
            ...end,
          ];
          await expectSameGradients(
            experimentWith(layers, sgd, [height, width]),
            randomBatch(images, [height, width], 2, seed),
          );
        },
      ),
      {seed: 3, numRuns: 25},
    );
  });

  it('of a dilated convolution agree with differences of the loss', async () => {
    for (const padding of ['valid', 'same']) {
      const experiment = experimentWith(
        [conv({dilation: 2, padding, activation: 'tanh'}), ...end],
        sgd,
      );
      const batch = randomBatch(4, [13, 11], 2, 5);
      const analytic = await gradients(experiment, 'graph', batch);
      const {step, dispose} = await make(backend, experiment, 'graph');
      const state = await step.getState();
      const lossAt = async (at: number, change: number): Promise<number> => {
        const weights = state.weights.map(weight =>
          weight.name === 'conv2d/kernel'
            ? {
                ...weight,
                values: weight.values.map((value, index) =>
                  index === at ? value + change : value,
                ),
              }
            : weight,
        );
        await step.setState({...state, weights});
        return (await step.evaluateBatch(batch)).loss;
      };
      for (const at of [0, 7, 23, 44, 80]) {
        const numeric = ((await lossAt(at, 0.02)) - (await lossAt(at, -0.02))) / 0.04;
        expect(Math.abs(numeric - analytic.get('conv2d/kernel')![at]!)).toBeLessThan(2e-3);
      }
      dispose();
    }
  });
});
