import {copyFileSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {gunzipSync} from 'node:zlib';
import type {Tensor} from '@tensorflow/tfjs';
import {beforeAll, describe, expect, it} from 'vitest';
import {saveModel} from '../../src/artifacts/layers-model.js';
import {inputSize} from '../../src/experiment/input-size.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {buildModel} from '../../src/model/build.js';
import {modelPlans} from '../../src/model/plan.js';
import {divideNetwork} from '../../src/tensorflow/divide-network.js';
import {FeatureGraph} from '../../src/tensorflow/graph/feature-graph.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {networkOf} from '../../src/tensorflow/network.js';
import type {StepState} from '../../src/tensorflow/training-step.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {backboneNote, loadBackbone} from '../../src/training/backbone.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {largestDifference, make, randomBatch} from '../helpers/steps.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const fixtures = path.resolve('test/fixtures/backbones');
const SIZE = [24, 20] as const;
const expected = JSON.parse(readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as Record<
  string,
  Record<string, number[]>
>;

type Application = {
  readonly side: number;
  readonly until: string;
  readonly model: object;
  readonly weights: readonly (readonly [name: string, shape: readonly number[]])[];
  /** The largest value of the result, how many there are, and some of them by their places. */
  readonly largest: number;
  readonly length: number;
  readonly values: Readonly<Record<string, number>>;
};
const applications = JSON.parse(
  gunzipSync(readFileSync(path.join(fixtures, 'applications.json.gz'))).toString(),
) as Readonly<Record<string, Application>>;

/** What `values_of` in applications.py returns. */
function weightValues(name: string, shape: readonly number[], seed: number): Float32Array {
  const weight = name.slice(name.lastIndexOf('/') + 1);
  const window = weight === 'depthwise_kernel' ? shape.slice(0, 2) : shape.slice(0, -1);
  const scale = Math.sqrt(24 / window.reduce((product, side) => product * side, 1));
  const isNearOne = ['gamma', 'variance', 'moving_variance'].includes(weight);
  return Float32Array.from(
    {length: shape.reduce((product, side) => product * side, 1)},
    (_, at) => {
      let value = at + seed * 65537;
      value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
      value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
      const unit = ((value ^ (value >>> 16)) >>> 0) / 2 ** 32 - 0.5;
      if (weight.endsWith('kernel')) return scale * unit;
      return (isNearOne ? 1 : 0) + 0.4 * unit;
    },
  );
}

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

function experimentOn(
  backbone: object,
  layers: object[] = [{flatten: {}}],
  size: readonly [number, number] = SIZE,
): Experiment {
  return tinyExperiment(
    `data.image={size: [${size.join()}]}`,
    `model.backbone=${JSON.stringify(backbone)}`,
    `model.layers=${JSON.stringify(layers)}`,
  );
}

/** Two images, as the scripts beside the fixtures have them. */
const pixelsOf = ([height, width]: readonly [number, number]): Uint8Array =>
  Uint8Array.from({length: 2 * height * width * 3}, (_, index) => (index * 7919) % 256);

/** What the backbone of an experiment makes of them: by the compiled graph, and by tfjs. */
function features(experiment: Experiment): readonly Float32Array[] {
  const {tf, native} = backend;
  const [plan] = modelPlans(experiment);
  const model = buildModel(tf, experiment, plan!);
  loadBackbone(tf, model, experiment, plan!);
  const size = inputSize(experiment.data);
  const pixels = pixelsOf(size);
  const {below} = divideNetwork(networkOf(model, plan!))!;
  const graph = new FeatureGraph(native!, below);
  const compiled = graph.compute(pixels, 2);
  graph.dispose();
  const last = below.trunk.at(-1)!.name;
  const part = tf.model({inputs: model.inputs, outputs: model.getLayer(last).output});
  const images = tf
    .tensor(pixels, [2, ...size, 3], 'int32')
    .toFloat()
    .div(255);
  const byLayers = (part.predict(images) as Tensor).dataSync() as Float32Array;
  model.dispose();
  return [compiled, byLayers];
}

function expectSame(values: ArrayLike<number>, others: ArrayLike<number>): void {
  expect(values).toHaveLength(others.length);
  const largest = Math.max(...Array.from(others, Math.abs));
  Array.from(values, (value, at) =>
    expect(Math.abs(value - others[at]!) / largest).toBeLessThan(1e-5),
  );
}

describe('a backbone from a file of Keras', () => {
  it.each(['functional.keras', 'functional.h5'])('computes what Keras does: %s', file => {
    for (const until of ['joined', 'pool'])
      for (const values of features(experimentOn({network: path.join(fixtures, file), until})))
        expectSame(values, expected['functional']![until]!);
    const rows = features(
      experimentOn({network: path.join(fixtures, file), until: 'mean'}, [{dense: {units: 4}}]),
    );
    for (const values of rows) expectSame(values, expected['functional']!['mean']!);
  });

  it.each(['sequential.keras', 'sequential.h5'])(
    'scales images as an adapted layer has learned: %s',
    file => {
      for (const values of features(experimentOn({network: path.join(fixtures, file)})))
        expectSame(values, expected['sequential']!['layer_normal']!);
    },
  );

  it.each(['branches.keras', 'branches.h5'])('computes branches as Keras does: %s', file => {
    const network = path.join(fixtures, file);
    for (const values of features(experimentOn({network, until: 'product'})))
      expectSame(values, expected['branches']!['product']!);
    const rows = features(experimentOn({network, until: 'row'}, [{dense: {units: 4}}]));
    for (const values of rows) expectSame(values, expected['branches']!['row']!);
  });

  it.each([
    ['functional', 'joined'],
    ['branches', 'product'],
  ])(
    'computes the same once %s is part of a saved model that is a backbone itself',
    async (name, until) => {
      const network = path.join(fixtures, `${name}.keras`);
      const experiment = experimentOn({network, until});
      expect(backboneNote({network})).toContain('Whether its licence allows this use');
      const [plan] = modelPlans(experiment);
      const model = buildModel(backend.tf, experiment, plan!);
      loadBackbone(backend.tf, model, experiment, plan!);
      const folder = path.join(temporaryFolder(), 'run');
      await saveModel(model, plan!, {}, path.join(folder, 'models', 'multi-output'));
      model.dispose();
      for (const values of features(experimentOn({network: folder})))
        expectSame(values, expected[name]![until]!);
      const note = backboneNote({network: folder});
      expect(note).toContain('is of an earlier run');
      expect(note).not.toContain('licence');
    },
  );

  it.each([
    [
      'functional',
      {until: 'joined', from: 'depthwise'},
      [
        ...['backbone_depthwise/depthwise_kernel', 'backbone_depthwise/bias'],
        ...['backbone_separable/depthwise_kernel', 'backbone_separable/pointwise_kernel'],
        'backbone_separable/bias',
      ],
    ],
    [
      'branches',
      {until: 'product', from: 'around'},
      ['mixed', 'squeeze_reduce', 'squeeze_expand', 'mean_conv'].flatMap(name => [
        `backbone_${name}/kernel`,
        `backbone_${name}/bias`,
      ]),
    ],
  ])(
    'is fine-tuned from a layer on, by the compiled step as by that of the layers: %s',
    async (name, keys, learning) => {
      const backbone = {network: path.join(fixtures, `${name}.keras`), ...keys};
      const experiment = experimentOn(backbone, [{globalAveragePooling2d: {}}]);
      const trained = async (choice: 'graph' | 'layers', steps: number): Promise<StepState> => {
        const {model, step, dispose} = await make(backend, experiment, choice, undefined, built =>
          loadBackbone(backend.tf, built, experiment, modelPlans(experiment)[0]!),
        );
        expect(model.name).toBe('multi-output');
        for (let at = 0; at < steps; at++) await step.trainBatch(randomBatch(6, SIZE, 2, at), 0.01);
        const state = await step.getState();
        dispose();
        return state;
      };
      const [before, graph, layers] = [
        await trained('graph', 0),
        await trained('graph', 4),
        await trained('layers', 4),
      ];
      expect(largestDifference(graph, layers)).toBeLessThan(1e-4);
      const changed = graph.weights.filter(
        ({values}, at) => String(values) !== String(before.weights[at]!.values),
      );
      const heads = ['Male/kernel', 'Male/bias', 'Smiling/kernel', 'Smiling/bias'];
      expect(changed.map(weight => weight.name)).toEqual([...learning, ...heads]);
    },
  );

  it.each(Object.keys(applications))('computes what Keras does with the layers of %s', name => {
    const {side, until, model, weights, length, largest, values} = applications[name]!;
    const network = temporaryFolder();
    const arrays = weights.map(([weight, shape], seed) => weightValues(weight, shape, seed));
    const bytes = Buffer.concat(arrays.map(({buffer}) => Buffer.from(buffer)));
    // tensorflowjs_converter cuts the weights after so many bytes, and puts the model one level deeper.
    const shards = ['group1-shard1of2.bin', 'group1-shard2of2.bin'];
    writeFileSync(path.join(network, shards[0]!), bytes.subarray(0, 4001));
    writeFileSync(path.join(network, shards[1]!), bytes.subarray(4001));
    const specs = weights.map(([weight, shape]) => ({name: weight, shape, dtype: 'float32'}));
    writeFileSync(
      path.join(network, 'model.json'),
      JSON.stringify({
        ...{format: 'layers-model', generatedBy: 'keras v3'},
        modelTopology: {keras_version: '3', backend: 'tensorflow', model_config: model},
        weightsManifest: [{paths: shards, weights: specs}],
      }),
    );
    for (const ours of features(
      experimentOn({network, until, scaling: '0..255'}, [{flatten: {}}], [side, side]),
    )) {
      expect(ours).toHaveLength(length);
      for (const [place, value] of Object.entries(values))
        expect(Math.abs(ours[Number(place)]! - value) / largest).toBeLessThan(1e-4);
    }
  });

  it('is not trained with another file than the one that was checked', () => {
    const network = path.join(temporaryFolder(), 'mine.keras');
    mkdirSync(path.dirname(network), {recursive: true});
    copyFileSync(path.join(fixtures, 'functional.keras'), network);
    const experiment = experimentOn({network});
    const [plan] = modelPlans(experiment);
    const model = buildModel(backend.tf, experiment, plan!);
    copyFileSync(path.join(fixtures, 'sequential.keras'), network);
    expect(() => loadBackbone(backend.tf, model, experiment, plan!)).toThrow(
      'the file has changed since the experiment was checked, or the run began',
    );
    model.dispose();
  });
});
