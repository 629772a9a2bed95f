import {beforeAll, describe, expect, it} from 'vitest';
import {activation as activationNames} from '../../../src/model/layers/layer-kind.js';
import {loadBackend} from '../../../src/tensorflow/load.js';
import type {Backend} from '../../../src/tensorflow/types.js';
import type {StepState} from '../../../src/tensorflow/training-step.js';
import type {Experiment} from '../../../src/experiment/schema.js';
import {
  conv,
  end,
  experimentWith,
  largestDifference,
  make,
  randomBatch,
  sgd,
} from '../../helpers/steps.js';

let wasm: Backend;
let cpu: Backend;
beforeAll(async () => {
  cpu = await loadBackend('cpu');
  wasm = await loadBackend('wasm');
});

type Trained = {
  readonly losses: readonly number[];
  readonly state: StepState;
  readonly probabilities: Float32Array;
  readonly logOdds: Float32Array;
};

/** Some steps on the same batches, the last of which is smaller. */
async function train(backend: Backend, experiment: Experiment, rate: number): Promise<Trained> {
  await backend.tf.setBackend(backend.name);
  const {step, dispose} = await make(backend, experiment, 'layers');
  const losses: number[] = [];
  for (const size of [4, 4, 1]) {
    const result = await step.trainBatch(
      randomBatch(size, [13, 11], 2, size + losses.length),
      rate,
    );
    losses.push(...result.headLosses);
  }
  const evaluated = randomBatch(4, [13, 11], 2, 9);
  const {probabilities} = await step.evaluateBatch(evaluated);
  const logOdds = await step.logOdds(evaluated);
  const state = structuredClone(await step.getState());
  dispose();
  return {losses, state, probabilities, logOdds};
}

async function expectSameTraining(
  experiment: Experiment,
  rate: number,
  tolerance: number,
): Promise<void> {
  const [ours, reference] = [
    await train(wasm, experiment, rate),
    await train(cpu, experiment, rate),
  ];
  reference.losses.forEach((loss, index) => expect(ours.losses[index]).toBeCloseTo(loss, 4));
  reference.probabilities.forEach((value, index) =>
    expect(ours.probabilities[index]).toBeCloseTo(value, 4),
  );
  reference.logOdds.forEach((value, index) => expect(ours.logOdds[index]).toBeCloseTo(value, 3));
  expect(largestDifference(ours.state, reference.state)).toBeLessThan(tolerance);
}

describe('training on the wasm backend', () => {
  it.each<[string, object[]]>([
    ['a convolution', [conv({activation: 'relu'})]],
    ['a strided convolution', [conv({stride: 2})]],
    ['a stride larger than the kernel', [conv({kernel: [2, 1], stride: 3, padding: 'same'})]],
    [
      'convolutions with padding',
      [conv({padding: 'same', stride: [2, 1]}), conv({padding: 'same'})],
    ],
    ['a convolution without bias', [conv({useBias: false})]],
    ['a dilated convolution', [conv({dilation: 2}), conv({dilation: [1, 2], padding: 'same'})]],
    ['max pooling', [conv({}), {maxPooling2d: {size: 2}}, conv({kernel: 2})]],
    ['overlapping max pooling', [conv({}), {maxPooling2d: {size: 3, stride: 2, padding: 'same'}}]],
    ['average pooling', [conv({}), {averagePooling2d: {size: 2}}, conv({kernel: 2})]],
    [
      'overlapping average pooling',
      [conv({}), {averagePooling2d: {size: 3, stride: 2, padding: 'same'}}],
    ],
    ['global average pooling', [conv({}), {globalAveragePooling2d: {}}, {dense: {units: 3}}]],
    ['batch normalisation', [conv({}), {batchNormalization: {}}, {activation: {function: 'relu'}}]],
    ['dropout', [conv({}), {dropout: {rate: 0.4}}]],
    [
      'depthwise and separable convolutions',
      [
        {depthwiseConv2d: {stride: 2, multiplier: 2, padding: 'same', activation: 'tanh'}},
        {zeroPadding2d: {padding: [1, 0]}},
        {separableConv2d: {filters: 3, kernel: 2, useBias: false}},
      ],
    ],
    [
      'normalisations and spatial dropout',
      [
        conv({filters: 4}),
        {groupNormalization: {groups: 2}},
        {layerNormalization: {}},
        {spatialDropout2d: {rate: 0.3}},
      ],
    ],
    [
      'a residual block with squeeze and excitation',
      [
        {
          residual: {
            layers: [
              conv({filters: 4, stride: 2, padding: 'same'}),
              {squeezeExcitation: {ratio: 2}},
            ],
          },
        },
      ],
    ],
    ...activationNames.options.map((activation): [string, object[]] => [
      activation,
      [conv({activation})],
    ]),
  ])("goes the way of the cpu backend's with %s", async (_what, layers) => {
    const flat = layers.some(layer => 'globalAveragePooling2d' in layer);
    await expectSameTraining(experimentWith(flat ? layers : [...layers, ...end], sgd), 0.1, 1e-4);
  });

  it("and with the layers that only backbones' files have", async () => {
    const backbone =
      '{network: test/fixtures/backbones/branches.keras, from: around, until: product}';
    const experiment = experimentWith(end, [...sgd, `model.backbone=${backbone}`]);
    await expectSameTraining(experiment, 0.1, 1e-4);
  });

  it.each([
    'adam.learningRate=0.01',
    'adam.weightDecay=0.05',
    'sgd.learningRate=0.1',
    'momentum.nesterov=true',
    'rmsprop.momentum=0.5',
  ])('and with %s', async optimizer => {
    const experiment = experimentWith(
      [conv({activation: 'relu'}), ...end],
      [`training.optimizer.${optimizer}`],
    );
    await expectSameTraining(experiment, 0.01, 2e-3);
  });

  it.each(['kind=multi-output', 'kind=concatenated', 'kind=separate', 'output=sigmoid'])(
    'and with model.%s',
    async key => {
      const experiment = experimentWith(
        [conv({activation: 'relu'}), ...end],
        [...sgd, `model.${key}`],
      );
      await expectSameTraining(experiment, 0.1, 1e-4);
    },
  );

  it('keeps no tensors', async () => {
    await wasm.tf.setBackend('wasm');
    const {step, dispose} = await make(
      wasm,
      experimentWith([conv({dilation: 2}), conv({}), ...end]),
      'layers',
    );
    const held = (): number =>
      (wasm.tf.backend() as unknown as {numDataIds(): number}).numDataIds();
    await step.trainBatch(randomBatch(4, [13, 11], 2, 1), 0.01);
    const before = held();
    for (let turn = 0; turn < 5; turn++)
      await step.trainBatch(randomBatch(4, [13, 11], 2, turn), 0.01);
    expect(held()).toBe(before);
    dispose();
  });
});
