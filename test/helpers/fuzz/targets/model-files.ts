import {mkdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {expect} from 'vitest';
import {findNativePackage, loadBackend} from '../../../../src/tensorflow/load.js';
import type {NativeBinding} from '../../../../src/tensorflow/graph/session.js';
import {loadBinding} from '../../../../src/tensorflow/native/find-package.js';
import type {Network} from '../../../../src/tensorflow/network.js';
import {findModels, openModels} from '../../../../src/app/models.js';
import {headsOf} from '../../../../src/cli/commands/split.js';
import {layersFiles, readSavedNetwork, saveModel} from '../../../../src/artifacts/layers-model.js';
import {onnxFile} from '../../../../src/artifacts/exports/onnx/onnx-model.js';
import {savedModelFile} from '../../../../src/tensorflow/graph/inference.js';
import {splitHead} from '../../../../src/artifacts/exports/split.js';
import {buildModel} from '../../../../src/model/build.js';
import {modelPlans} from '../../../../src/model/plan.js';
import {
  loadPredictors,
  type LoadedModels,
} from '../../../../src/artifacts/predict/load-predictors.js';
import {tinyExperiment} from '../../experiments.js';
import {expectUserError} from '../handled.js';
import {hostileText, hostileValue} from '../hostile-text.js';
import {mutated, mutations, type Mutation} from '../mutations.js';
import {putFile} from '../put-file.js';
import {fuzzTarget, type FuzzTarget, type Outcome} from '../target.js';
import {temporaryFolder} from '../../temporary-folder.js';

const root = temporaryFolder('fuzz-models');

const layers = `model.layers=[
  {conv2d: {filters: 4, kernel: 3, activation: relu}}, {batchNormalization: {}},
  {maxPooling2d: {size: 2}}, {flatten: {}}, {dropout: {rate: 0.1}}, {dense: {units: 8}}]`;

/** A whole model of each way in which outputs are laid out. */
const wholes = await Promise.all(
  ['multi-output', 'concatenated'].map(async kind => {
    const experiment = tinyExperiment(`model.kind=${kind}`, layers);
    const [plan] = modelPlans(experiment);
    const {tf} = await loadBackend('cpu');
    const folder = path.join(root, kind);
    await saveModel(buildModel(tf, experiment, plan!), plan!, {}, folder);
    const read = (name: string): Buffer => readFileSync(path.join(folder, name));
    return {json: read('model.json'), weights: read('weights.bin')};
  }),
);
const folder = path.join(root, 'changed');
mkdirSync(folder);
const nativePackage = findNativePackage(process.env);
const native = nativePackage === undefined ? undefined : loadBinding(nativePackage);

type Json = Record<string, unknown> | unknown[];
type Case = {
  readonly whole: number;
  readonly json: readonly Mutation[];
  /** Values of `model.json` that become something else. */
  readonly values: readonly (readonly [place: number, value: unknown])[];
  readonly weights: readonly Mutation[];
};

/** Every place below a value, as what holds it and its key there. */
function places(value: unknown): (readonly [holder: Json, key: string])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [
    [value as Json, key] as const,
    ...places(item),
  ]);
}

function changedJson({whole, json, values}: Case): Buffer {
  const bytes = wholes[whole]!.json;
  if (values.length === 0) return mutated(bytes, json);
  const description = JSON.parse(bytes.toString()) as unknown;
  for (const [place, value] of values) {
    const all = places(description);
    const [holder, key] = all[place % all.length]!;
    (holder as Record<string, unknown>)[key] = value;
  }
  return mutated(Buffer.from(JSON.stringify(description)), json);
}

async function examine(input: Case): Promise<Outcome> {
  putFile(path.join(folder, 'model.json'), changedJson(input));
  putFile(path.join(folder, 'weights.bin'), mutated(wholes[input.whole]!.weights, input.weights));
  const models = await handled(async () => openModels(await findModels(folder, root)));
  if (models === undefined) {
    if (native !== undefined) expect(await handled(() => load(native))).toBeUndefined();
    return 'refused';
  }
  await handled(() => {
    for (const {model, head} of headsOf(models, undefined)) {
      expect(path.join(folder, head)).toMatch(/[\w-]+$/);
      layersFiles(splitHead(model.file, model.plan, head));
    }
  });
  for (const {file, plan} of models) {
    await handled(async () => {
      const network = readSavedNetwork(file, plan);
      onnxFile(network);
      savedModelFile(network);
      if (native !== undefined) await predictOnce(network, native);
    });
  }
  return 'taken';
}

function load(graphs: NativeBinding): Promise<LoadedModels> {
  return loadPredictors([{folder}], graphs);
}

/** Networks that have answered already: another name or another number changes no graph. */
const answered = new Set<string>();

async function predictOnce(network: Network, graphs: NativeBinding): Promise<void> {
  const shape = JSON.stringify(network, (key, value: unknown) =>
    key === 'values' ? undefined : value,
  );
  if (answered.has(shape)) return;
  const {predictors, heads, size} = await load(graphs);
  const answers = predictors.map(
    one => one.predict(new Uint8Array(size[0] * size[1] * 3), 1).probabilities,
  );
  expect(answers.flatMap(one => [...one])).toHaveLength(heads.length);
  answered.add(shape);
}

/** What the program makes of it; undefined where it says clearly that it cannot. */
async function handled<T>(act: () => T | Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    expectUserError(error, 2);
    return undefined;
  }
}

const number = fc.constantFrom<unknown>(
  0,
  1,
  2,
  3,
  7,
  -1,
  0.5,
  1e9,
  2 ** 31,
  'same',
  'valid',
  'relu',
);
const pieces = ['{', '}', '[', ']', 'null', '1e400', '"__proto__":{"polluted":1},', '\\ud800'];
const never: Mutation[] = [];

export const modelFiles: FuzzTarget = fuzzTarget<Case>({
  name: 'model-files',
  promise: 'predict, split and export use a model that is whole, and refuse one that is not',
  quick: 200,
  inputs: fc.record({
    whole: fc.nat(wholes.length - 1),
    json: fc.oneof({weight: 3, arbitrary: fc.constant(never)}, mutations(pieces)),
    values: fc.oneof(fc.constant([]), {
      weight: 3,
      arbitrary: fc.array(fc.tuple(fc.nat(5000), fc.oneof(number, hostileText, hostileValue)), {
        minLength: 1,
        maxLength: 2,
      }),
    }),
    weights: fc.oneof({weight: 3, arbitrary: fc.constant(never)}, mutations([], 2)),
  }),
  examine,
});
