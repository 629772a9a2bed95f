import {beforeAll, describe, expect, it} from 'vitest';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Backend} from '../../src/tensorflow/types.js';
import type {StepState} from '../../src/tensorflow/training-step.js';
import {
  conv,
  end,
  experimentWith,
  largestDifference,
  make,
  sgd,
  smallBatches,
} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

const same = (options: object = {}): object => conv({padding: 'same', ...options});
const pool = {maxPooling2d: {size: 2}};
const relu = {activation: {function: 'relu'}};

/** Layers that branch, or are new since the first version, by what they are. */
const networks: readonly [string, object[]][] = [
  ['a depthwise convolution', [conv({}), {depthwiseConv2d: {stride: 2, multiplier: 2}}]],
  [
    'a depthwise convolution of the images, with padding and an activation',
    [{depthwiseConv2d: {kernel: [3, 2], padding: 'same', activation: 'tanh', useBias: false}}],
  ],
  [
    'separable convolutions',
    [
      {separableConv2d: {filters: 4, activation: 'tanh'}},
      {separableConv2d: {filters: 3, stride: 2, padding: 'same', useBias: false}},
    ],
  ],
  [
    'layer normalisation',
    [conv({filters: 8}), {layerNormalization: {}}, {activation: {function: 'tanh'}}],
  ],
  [
    'group normalisation',
    [conv({filters: 6}), {groupNormalization: {groups: 3, epsilon: 0.01}}, relu],
  ],
  ['squeeze and excitation', [conv({filters: 4}), {squeezeExcitation: {ratio: 2}}]],
  [
    'a residual block',
    [conv({}), {residual: {layers: [same({activation: 'relu'}), same()]}}, relu],
  ],
  [
    'a residual block with a projection, below a pooling',
    [
      conv({}),
      pool,
      {residual: {layers: [same({filters: 5, stride: 2}), relu, same({filters: 5})]}},
    ],
  ],
  [
    'a residual block with a shortcut of its own, and one within a branch',
    [
      conv({}),
      {
        residual: {
          layers: [same({filters: 4, activation: 'tanh'}), pool],
          shortcut: [{averagePooling2d: {size: 2}}, conv({filters: 4, kernel: 1})],
        },
      },
      {add: [[], [{squeezeExcitation: {ratio: 2}}]]},
    ],
  ],
  [
    'a convolution with ReLU whose result goes to a pooling and around it',
    [
      same({activation: 'relu'}),
      {add: [[{maxPooling2d: {size: 3, stride: 1, padding: 'same'}}], [], [same()]]},
    ],
  ],
  [
    'zeros around images',
    [
      {
        zeroPadding2d: {
          padding: [
            [0, 1],
            [2, 0],
          ],
        },
      },
      conv({activation: 'tanh'}),
      {zeroPadding2d: {padding: [1, 2]}},
      conv({}),
    ],
  ],
  ['branches of the images themselves', [{add: [[], [same()]]}, conv({activation: 'tanh'})]],
];

/** The weights after twelve steps, of which the last has fewer images. */
async function trained(layers: object[], choice: 'graph' | 'layers'): Promise<StepState> {
  const {step, dispose} = await make(backend, experimentWith([...layers, ...end], sgd), choice);
  for (const batch of smallBatches) await step.trainBatch(batch, 0.05);
  const state = await step.getState();
  dispose();
  return state;
}

describe('the compiled step', () => {
  it.each(networks)("trains as the layers' own step does with %s", async (_what, layers) => {
    const [graph, own] = [await trained(layers, 'graph'), await trained(layers, 'layers')];
    expect(largestDifference(graph, own)).toBeLessThan(1e-4);
  });

  it.each(networks)('predicts what the layers do with %s', async (_what, layers) => {
    const experiment = experimentWith([...layers, ...end]);
    const results: Float32Array[] = [];
    for (const choice of ['graph', 'layers'] as const) {
      const {step, dispose} = await make(backend, experiment, choice);
      results.push((await step.evaluateBatch(smallBatches[0]!)).probabilities);
      dispose();
    }
    results[0]!.forEach((value, at) => expect(value).toBeCloseTo(results[1]![at]!, 5));
  });
});

describe.each(['graph', 'layers'] as const)('spatial dropout in the %s step', choice => {
  it('sets whole channels to zero, others in each step, and nothing while evaluating', async () => {
    // The head sees the mean of each channel of the images, so equal channels give equal logits.
    const layers = [{spatialDropout2d: {rate: 0.5}}, {globalAveragePooling2d: {}}];
    const {step, dispose} = await make(backend, experimentWith(layers, sgd), choice);
    const white = {images: new Uint8Array(64 * 13 * 11 * 3).fill(255), size: 64};
    const batch = {...white, labels: new Uint8Array(128)};
    const state = await step.getState();
    const only = (channel: number): StepState => ({
      ...state,
      weights: state.weights.map(weight => ({
        ...weight,
        values: weight.values.map((_, at) =>
          weight.name === 'Male/kernel' && at === 2 * channel ? -20 : 0,
        ),
      })),
    });
    const dropped: number[] = [];
    for (const channel of [0, 1, 2, 0]) {
      await step.setState({...only(channel), steps: dropped.length});
      // A dropped channel leaves the logits at 0, a scaled one at -40: right answers and wrong ones.
      const {headLosses} = await step.trainBatch(batch, 0);
      const count = 64 - Math.floor((64 * headLosses[0]!) / 40 + 1e-3);
      expect(Math.abs(64 * headLosses[0]! - (64 - count) * 40 - count * Math.LN2)).toBeLessThan(
        0.1,
      );
      dropped.push(count);
    }
    for (const count of dropped) {
      expect(count).toBeGreaterThan(15);
      expect(count).toBeLessThan(49);
    }
    expect(new Set(dropped).size).toBeGreaterThan(1);
    await step.setState(only(0));
    const {headLosses} = await step.evaluateBatch(batch);
    expect(headLosses[0]).toBeCloseTo(20, 4);
    dispose();
  });

  it('resumes to the same bits', async () => {
    const layers = [conv({}), {spatialDropout2d: {rate: 0.4}}, {squeezeExcitation: {ratio: 1}}];
    const experiment = experimentWith([...layers, ...end]);
    const whole = await make(backend, experiment, choice);
    for (const batch of smallBatches) await whole.step.trainBatch(batch, 0.01);
    const first = await make(backend, experiment, choice);
    for (const batch of smallBatches.slice(0, 5)) await first.step.trainBatch(batch, 0.01);
    const second = await make(backend, experiment, choice);
    await second.step.setState(structuredClone(await first.step.getState()));
    for (const batch of smallBatches.slice(5)) await second.step.trainBatch(batch, 0.01);
    expect(await second.step.getState()).toEqual(await whole.step.getState());
    [whole, first, second].forEach(({dispose}) => dispose());
  });
});
