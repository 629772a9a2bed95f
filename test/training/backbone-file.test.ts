import {copyFileSync, mkdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import type {Tensor} from '@tensorflow/tfjs';
import {beforeAll, describe, expect, it} from 'vitest';
import {saveModel} from '../../src/artifacts/layers-model.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {buildModel} from '../../src/model/build.js';
import {modelPlans} from '../../src/model/plan.js';
import {divideNetwork} from '../../src/tensorflow/divide-network.js';
import {FeatureGraph} from '../../src/tensorflow/graph/feature-graph.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {networkOf} from '../../src/tensorflow/network.js';
import type {StepState} from '../../src/tensorflow/training-step.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {loadBackbone} from '../../src/training/backbone.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {largestDifference, make, randomBatch} from '../helpers/steps.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const fixtures = path.resolve('test/fixtures/backbones');
const SIZE = [24, 20] as const;
const expected = JSON.parse(readFileSync(path.join(fixtures, 'expected.json'), 'utf8')) as Record<
  string,
  Record<string, number[]>
>;

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

function experimentOn(backbone: object, layers: object[] = [{flatten: {}}]): Experiment {
  return tinyExperiment(
    `data.image={size: [${SIZE.join()}]}`,
    `model.backbone=${JSON.stringify(backbone)}`,
    `model.layers=${JSON.stringify(layers)}`,
  );
}

/** Two images, as the script beside the fixtures has them. */
const pixels = Uint8Array.from(
  {length: 2 * SIZE[0] * SIZE[1] * 3},
  (_, index) => (index * 7919) % 256,
);

/** What the backbone of an experiment makes of them: by the compiled graph, and by tfjs. */
function features(experiment: Experiment): readonly Float32Array[] {
  const {tf, native} = backend;
  const [plan] = modelPlans(experiment);
  const model = buildModel(tf, experiment, plan!);
  loadBackbone(tf, model, experiment, plan!);
  const {below} = divideNetwork(networkOf(model, plan!))!;
  const graph = new FeatureGraph(native!, below);
  const compiled = graph.compute(pixels, 2);
  graph.dispose();
  const last = below.trunk.at(-1)!.name;
  const part = tf.model({inputs: model.inputs, outputs: model.getLayer(last).output});
  const images = tf
    .tensor(pixels, [2, ...SIZE, 3], 'int32')
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

  it('computes the same once it is part of a saved model that is a backbone itself', async () => {
    const experiment = experimentOn({
      network: path.join(fixtures, 'functional.keras'),
      until: 'joined',
    });
    const [plan] = modelPlans(experiment);
    const model = buildModel(backend.tf, experiment, plan!);
    loadBackbone(backend.tf, model, experiment, plan!);
    const folder = path.join(temporaryFolder(), 'run');
    await saveModel(model, plan!, {}, path.join(folder, 'models', 'multi-output'));
    model.dispose();
    for (const values of features(experimentOn({network: folder})))
      expectSame(values, expected['functional']!['joined']!);
  });

  it('is fine-tuned from a layer on, by the compiled step as by that of the layers', async () => {
    const network = path.join(fixtures, 'functional.keras');
    const backbone = {network, until: 'joined', from: 'depthwise'};
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
    expect(changed.map(({name}) => name)).toEqual([
      ...['backbone_depthwise/depthwise_kernel', 'backbone_depthwise/bias'],
      ...['backbone_separable/depthwise_kernel', 'backbone_separable/pointwise_kernel'],
      ...['backbone_separable/bias', 'Male/kernel', 'Male/bias', 'Smiling/kernel', 'Smiling/bias'],
    ]);
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
