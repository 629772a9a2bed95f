import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {headsFile} from '../../../src/artifacts/exports/heads-file.js';
import {onnxFile} from '../../../src/artifacts/exports/onnx/onnx-model.js';
import {splitHead} from '../../../src/artifacts/exports/split.js';
import {
  layersFiles,
  planOf,
  readLayersFile,
  readSavedNetwork,
  saveModel,
  type LayersFile,
} from '../../../src/artifacts/layers-model.js';
import {graphPredictor, layersPredictor} from '../../../src/artifacts/predict/predictor.js';
import {buildModel} from '../../../src/model/build.js';
import {modelPlans} from '../../../src/model/plan.js';
import {IMAGES, savedModelFile} from '../../../src/tensorflow/graph/inference.js';
import {GraphSession} from '../../../src/tensorflow/graph/session.js';
import {loadBackend} from '../../../src/tensorflow/load.js';
import type {Backend} from '../../../src/tensorflow/types.js';
import {askOnnx} from '../../helpers/onnx.js';
import {experimentWith, randomBatch, smallLayers} from '../../helpers/steps.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

const kinds = ['multi-output', 'concatenated'] as const;
const heads = ['Male', 'Smiling'];
const COUNT = 3;
const pixels = randomBatch(COUNT, [13, 11], 1, 5).images;

let backend: Backend;
const models: Record<string, LayersFile> = {};
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
  for (const kind of kinds) {
    const experiment = experimentWith(smallLayers, ['model.output=sigmoid', `model.kind=${kind}`]);
    const plan = modelPlans(experiment)[0]!;
    const model = buildModel(backend.tf, experiment, plan);
    const folder = path.join(temporaryFolder(), kind);
    await saveModel(model, plan, {}, folder);
    model.dispose();
    models[kind] = await readLayersFile(folder);
  }
});

const networkOf = (file: LayersFile) => readSavedNetwork(file, planOf(file, undefined));
const predictedBy = (file: LayersFile) =>
  graphPredictor(backend.native!, networkOf(file)).predict(pixels, COUNT);

function expectClose(values: ArrayLike<number>, expected: ArrayLike<number>): void {
  expect(values).toHaveLength(expected.length);
  for (let at = 0; at < expected.length; at++) expect(values[at]).toBeCloseTo(expected[at]!, 5);
}

describe.each(kinds)('a %s model with a sigmoid for each head', kind => {
  it('predicts in the graph as in tfjs, and says 1 above a half', async () => {
    const file = models[kind]!;
    const {probabilities, classes} = predictedBy(file);
    const layers = await layersPredictor(backend, file, planOf(file, undefined));
    expectClose(layers.predict(pixels, COUNT).probabilities, probabilities);
    expect([...classes]).toEqual([...probabilities].map(value => (value > 0.5 ? 1 : 0)));
  });

  it('is split into models with the same predictions, in the graph and in tfjs', async () => {
    const {probabilities} = predictedBy(models[kind]!);
    for (const [at, head] of heads.entries()) {
      const folder = path.join(temporaryFolder(), head);
      mkdirSync(folder, {recursive: true});
      const files = layersFiles(splitHead(models[kind]!, planOf(models[kind]!, undefined), head));
      for (const [name, content] of Object.entries(files))
        writeFileSync(path.join(folder, name), content);
      const single = await readLayersFile(folder);
      const ofHead = probabilities.filter((_, index) => index % heads.length === at);
      expectClose(predictedBy(single).probabilities, ofHead);
      const layers = await layersPredictor(backend, single, planOf(single, undefined));
      expectClose(layers.predict(pixels, COUNT).probabilities, ofHead);
    }
  });

  it('is exported with the probability of 1 alone as SavedModel and ONNX', async () => {
    const network = networkOf(models[kind]!);
    const {probabilities} = predictedBy(models[kind]!);
    const shape = [COUNT, 13, 11, 3] as const;
    const session = new GraphSession(backend.native!, savedModelFile(network));
    const columns = session.run([{name: IMAGES, shape, values: pixels}], ['head_0', 'head_1']);
    session.dispose();
    expectClose(
      [0, 1, 2].flatMap(image => columns.map(values => values[image]!)),
      probabilities,
    );
    const answers = await askOnnx(onnxFile(network), pixels, shape);
    expectClose(answers.probabilities, probabilities);
  });

  it('says that its outputs are sigmoids in the files of a model', () => {
    const {folder} = models[kind]!;
    const plan = planOf(models[kind]!, undefined);
    const text = readFileSync(path.join(folder, 'model.json'), 'utf8');
    expect(text.includes('"activation":"sigmoid"')).toBe(true);
    expect(JSON.parse(headsFile({plan, decisions: undefined})['heads.json']!)).toMatchObject({
      heads: {Male: {output: 'sigmoid', threshold: 0.5}},
    });
  });
});
