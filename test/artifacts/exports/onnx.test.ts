import {readFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {activation} from '../../../src/model/layers/layer-kind.js';
import {loadBackend} from '../../../src/tensorflow/load.js';
import {topologyOf, type Network} from '../../../src/tensorflow/network.js';
import type {Backend} from '../../../src/tensorflow/types.js';
import {onnxFile} from '../../../src/artifacts/exports/onnx/onnx-model.js';
import {buildModel} from '../../../src/model/build.js';
import {modelPlans} from '../../../src/model/plan.js';
import {planOf, readLayersFile, readSavedNetwork} from '../../../src/artifacts/layers-model.js';
import {graphPredictor} from '../../../src/artifacts/predict/predictor.js';
import {seededRandom} from '../../../src/util/random.js';
import {askOnnx} from '../../helpers/onnx.js';
import {runProgram} from '../../helpers/program.js';
import {experimentWith} from '../../helpers/steps.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {trainTinyRuns, type TrainedRuns} from '../../helpers/trained-runs.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

/** What ONNX Runtime says with the file is what `predict` says with the network. */
async function expectSameAnswers(network: Network, file: Uint8Array): Promise<void> {
  const [height, width] = network.inputShape as [number, number, number];
  const predictor = graphPredictor(backend.native!, network);
  for (const count of [1, 3]) {
    const random = seededRandom(count);
    const pixels = Uint8Array.from({length: count * height * width * 3}, () => random() * 256);
    const answers = await askOnnx(file, pixels, [count, height, width, 3]);
    expect(answers.inputs).toEqual(['images']);
    expect(answers.heads).toEqual(network.outputs.map(({name}) => name));
    const expected = predictor.predict(pixels, count).probabilities;
    expect(answers.probabilities).toHaveLength(expected.length);
    expected.forEach((probability, at) => {
      expect(Math.abs(answers.probabilities[at]! - probability)).toBeLessThan(1e-5);
      expect(answers.sums[at]).toBeCloseTo(1, 5);
    });
  }
}

/** A network of these layers on images of 13x11, with random weights and moving averages. */
function networkWith(layers: readonly object[], overrides: readonly string[] = []): Network {
  const experiment = experimentWith(layers, overrides);
  const plan = modelPlans(experiment)[0]!;
  const model = buildModel(backend.tf, experiment, plan);
  const random = seededRandom(5);
  const weights = model.weights.map(({originalName, shape}) => {
    const sides = shape.map(Number);
    const size = sides.reduce((product, side) => product * side, 1);
    const low = originalName.endsWith('moving_variance') ? 0.5 : -0.4;
    const values = Float32Array.from({length: size}, () => low + 0.8 * random());
    return {name: originalName, shape: sides, values};
  });
  const topology = topologyOf(model);
  model.dispose();
  return readSavedNetwork(
    {folder: 'made here', topology, weights, plan: undefined, decisions: undefined},
    plan,
  );
}

const end = [{flatten: {}}];

describe('an ONNX model', () => {
  it('answers as the network does with every kind of layer in it', async () => {
    const network = networkWith([
      {conv2d: {filters: 5, kernel: [3, 2], padding: 'same', activation: 'relu'}},
      {batchNormalization: {epsilon: 0.01}},
      {maxPooling2d: {size: 2, padding: 'same'}},
      {conv2d: {filters: 4, kernel: 3, dilation: 2, padding: 'same', useBias: false}},
      {activation: {function: 'gelu'}},
      {averagePooling2d: {size: [2, 3], stride: 2, padding: 'same'}},
      {dropout: {rate: 0.4}},
      {flatten: {}},
      {dense: {units: 9, useBias: false, activation: 'swish'}},
      {batchNormalization: {}},
      {dense: {units: 6, activation: 'tanh'}},
    ]);
    await expectSameAnswers(network, onnxFile(network));
  });

  it.each<[string, object[]]>([
    ['a stride over an even rest', [{conv2d: {filters: 3, kernel: 4, stride: 3, padding: 'same'}}]],
    [
      'a stride longer than the kernel',
      [{conv2d: {filters: 3, kernel: 1, stride: [2, 3], padding: 'same'}}],
    ],
    [
      'a dilated kernel of two sides',
      [{conv2d: {filters: 3, kernel: [2, 3], dilation: [3, 2], padding: 'same'}}],
    ],
    ['a dilated kernel without padding', [{conv2d: {filters: 3, kernel: 3, dilation: 2}}]],
    ['a padded largest of three', [{maxPooling2d: {size: 3, stride: 2, padding: 'same'}}]],
    ['a padded mean of four', [{averagePooling2d: {size: 4, stride: 3, padding: 'same'}}]],
    ['pools without padding', [{averagePooling2d: {size: 2}}, {maxPooling2d: {size: [3, 2]}}]],
  ])('pads and slides as TensorFlow does: %s', async (_, layers) => {
    const network = networkWith([...layers, ...end]);
    await expectSameAnswers(network, onnxFile(network));
  });

  it.each<[string, object[]]>([
    [
      'depthwise and separable convolutions',
      [
        {depthwiseConv2d: {kernel: [2, 3], multiplier: 3, padding: 'same', activation: 'relu'}},
        {separableConv2d: {filters: 5, stride: 2, padding: 'same'}},
        {
          zeroPadding2d: {
            padding: [
              [1, 0],
              [0, 2],
            ],
          },
        },
        {depthwiseConv2d: {useBias: false}},
      ],
    ],
    [
      'normalisations of groups and of layers',
      [
        {conv2d: {filters: 6}},
        {groupNormalization: {groups: 3}},
        {layerNormalization: {epsilon: 0.01}},
        {spatialDropout2d: {rate: 0.3}},
        {flatten: {}},
        {layerNormalization: {}},
        {dense: {units: 5}},
      ],
    ],
    [
      'branches',
      [
        {conv2d: {filters: 4, activation: 'relu'}},
        {residual: {layers: [{conv2d: {filters: 6, stride: 2, padding: 'same'}}]}},
        {squeezeExcitation: {ratio: 2}},
        {add: [[], [{activation: {function: 'tanh'}}], [{batchNormalization: {}}]]},
      ],
    ],
  ])('has %s', async (_what, layers) => {
    const isFlat = layers.some(layer => 'flatten' in layer);
    const network = networkWith(isFlat ? layers : [...layers, ...end]);
    await expectSameAnswers(network, onnxFile(network));
  });

  it('has the layers that only the files of backbones have', async () => {
    const backbone = '{network: test/fixtures/backbones/branches.keras, until: product}';
    const network = networkWith(end, [`model.backbone=${backbone}`]);
    await expectSameAnswers(network, onnxFile(network));
  });

  it('takes the mean of each channel', async () => {
    const network = networkWith([{conv2d: {filters: 6}}, {globalAveragePooling2d: {}}]);
    await expectSameAnswers(network, onnxFile(network));
  });

  it.each(activation.options)('has the activation %s', async name => {
    const network = networkWith([
      {conv2d: {filters: 4, activation: name}},
      {globalAveragePooling2d: {}},
      {dense: {units: 40, activation: name}},
      {activation: {function: name}},
    ]);
    await expectSameAnswers(network, onnxFile(network));
  });

  it('is refused where a head has the name of the input', () => {
    const network = networkWith(end);
    const outputs = network.outputs.map(output => ({...output, name: 'images'}));
    expect(() => onnxFile({...network, outputs})).toThrow(
      /the head images has the name of the input/,
    );
  });
});

describe('export --format onnx', () => {
  let trained: TrainedRuns;
  beforeAll(async () => {
    trained = await trainTinyRuns();
  });

  it.each([
    ['separate', ['Male', 'Smiling']],
    ['multi-output', ['multi-output']],
    ['concatenated', ['concatenated']],
  ] as const)('writes the models of a %s run', async (kind, models) => {
    const out = temporaryFolder();
    const run = trained.runs[kind];
    const {code, stdout} = await runProgram(['export', run.id, '--format', 'onnx', '--out', out], {
      cwd: trained.cwd,
    });
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toEqual(models.map(model => path.join(out, model)));
    for (const model of models) {
      const file = await readLayersFile(run.model(model));
      const network = readSavedNetwork(file, planOf(file, undefined));
      await expectSameAnswers(network, readFileSync(path.join(out, model, 'model.onnx')));
    }
  });
});
