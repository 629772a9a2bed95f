import {beforeAll, describe, expect, it} from 'vitest';
import {answeredPart, selectHeads} from '../../src/artifacts/exports/split.js';
import {onnxFile} from '../../src/artifacts/exports/onnx/onnx-model.js';
import {readSavedNetwork, type LayersFile} from '../../src/artifacts/layers-model.js';
import {graphPredictor} from '../../src/artifacts/predict/predictor.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {modelPlans} from '../../src/model/plan.js';
import {hasBfloat16} from '../../src/tensorflow/precision.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {topologyOf, type NamedTensor} from '../../src/tensorflow/network.js';
import type {StepState} from '../../src/tensorflow/training-step.js';
import type {Backend} from '../../src/tensorflow/types.js';
import {askOnnx} from '../helpers/onnx.js';
import {
  conv,
  end,
  experimentWith,
  largestDifference,
  make,
  randomBatch,
  sgd,
} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

const layers = [
  conv({activation: 'relu'}),
  {maxPooling2d: {size: 2}},
  {batchNormalization: {}},
  ...end,
];
const batches = Array.from({length: 12}, (_, at) =>
  randomBatch(at === 11 ? 3 : 8, [13, 11], 4, at),
);
/** As `batches`, with the labels of Male for its second output, too, before those of Smiling. */
const sharedBatches = batches.map(batch => ({
  ...batch,
  labels: Uint8Array.from(
    {length: batch.size * 5},
    (_, at) => batch.labels[Math.floor(at / 5) * 4 + [0, 1, 2, 1, 3][at % 5]!]!,
  ),
}));
const SHARED = 'model.groups=Young | Bald + Male | Smiling + Male';

/** Four heads in a network that branches after some layers. */
function branching(after: number, ...overrides: string[]): Experiment {
  return experimentWith(layers, [
    'data.heads=[Male, Smiling, Young, Bald]',
    'model.kind=grouped',
    'model.groups=Young | Bald + Male | Smiling',
    `model.branchAfter=${after}`,
    ...sgd,
    ...overrides,
  ]);
}

async function trained(
  experiment: Experiment,
  choice: 'graph' | 'layers',
  from?: StepState,
  which = batches,
): Promise<StepState> {
  const {step, dispose} = await make(backend, experiment, choice);
  if (from !== undefined) await step.setState(from);
  for (const batch of which) await step.trainBatch(batch, 0.05);
  const state = await step.getState();
  dispose();
  return state;
}

describe('the compiled step of a network that branches', () => {
  it.each([1, 2, 3])("trains as the layers' own step does, after %i layers", async after => {
    const experiment = branching(after);
    const [graph, own] = [await trained(experiment, 'graph'), await trained(experiment, 'layers')];
    expect(graph.weights.filter(({name}) => name.startsWith('dense'))).toHaveLength(6);
    expect(largestDifference(graph, own)).toBeLessThan(1e-4);
  });

  it('trains both outputs of a head in two groups, and resumes to the same bits', async () => {
    const experiment = branching(2, SHARED);
    expect(modelPlans(experiment)[0]!.heads).toEqual([
      'Young',
      'Male',
      'Bald',
      'Male.3',
      'Smiling',
    ]);
    const graph = await trained(experiment, 'graph', undefined, sharedBatches);
    const own = await trained(experiment, 'layers', undefined, sharedBatches);
    expect(largestDifference(graph, own)).toBeLessThan(1e-4);
    const first = await trained(experiment, 'graph', undefined, sharedBatches.slice(0, 5));
    expect(await trained(experiment, 'graph', first, sharedBatches.slice(5))).toEqual(graph);
  });

  it('resumes from a state to the same bits, with averages and several batches for an update', async () => {
    const experiment = branching(2, 'training.accumulate=2', 'training.ema={}');
    const whole = await trained(experiment, 'graph');
    const first = await trained(experiment, 'graph', undefined, batches.slice(0, 5));
    expect(await trained(experiment, 'graph', first, batches.slice(5))).toEqual(whole);
  });

  it.runIf(hasBfloat16())('follows float32 in bfloat16', async () => {
    const probabilities = async (precision: string): Promise<Float32Array> => {
      const experiment = branching(2, `training.precision=${precision}`);
      const {step, dispose} = await make(backend, experiment, 'graph');
      for (const batch of batches.slice(0, 4)) await step.trainBatch(batch, 0.01);
      const result = await step.evaluateBatch(batches[0]!);
      dispose();
      return result.probabilities;
    };
    const [low, full] = [await probabilities('bfloat16'), await probabilities('float32')];
    expect(low).not.toEqual(full);
    low.forEach((value, at) => expect(Math.abs(value - full[at]!)).toBeLessThan(0.03));
  });
});

/** A trained network as its file, and what its step says of the first batch. */
async function saved(experiment: Experiment, of: typeof batches) {
  const plan = modelPlans(experiment)[0]!;
  const {step, model, dispose} = await make(backend, experiment, 'graph');
  for (const batch of of) await step.trainBatch(batch, 0.05);
  await step.copyToModel();
  const {images, size} = of[0]!;
  const {probabilities} = await step.evaluateBatch(of[0]!);
  const weights = model.weights.map((variable): NamedTensor => ({
    name: variable.originalName,
    shape: variable.shape.map(Number),
    values: Float32Array.from(variable.read().dataSync()),
  }));
  const file: LayersFile = {
    ...{folder: 'made here', topology: topologyOf(model), weights},
    ...{plan: undefined, decisions: undefined},
  };
  dispose();
  return {plan, file, images, size, probabilities};
}

describe('the saved model of a network that branches', () => {
  it("has each head's answering output, under the name of the head", async () => {
    const of = await saved(branching(2, SHARED), sharedBatches);
    const {images, size} = of;
    const {file, plan} = answeredPart(of.file, of.plan, ['Young', 'Bald', 'Male.3', 'Smiling']);
    expect(plan.heads).toEqual(['Young', 'Bald', 'Male', 'Smiling']);
    const network = readSavedNetwork(file, plan);
    const answers = graphPredictor(backend.native!, network).predict(images, size).probabilities;
    expect(answers).toEqual(of.probabilities.filter((_, at) => at % 5 !== 1));
    expect((await askOnnx(onnxFile(network), images, [size, 13, 11, 3])).heads).toEqual(plan.heads);
    const layers = file.topology.config.layers.map(({name}) => name);
    expect(layers.filter(name => name.startsWith('Male'))).toEqual(['Male']);
  });

  it('answers in predict, in ONNX and head by head as the step does', async () => {
    const {plan, file, images, size, probabilities} = await saved(branching(2), batches);
    expect(plan.heads).toEqual(['Young', 'Male', 'Bald', 'Smiling']);
    const network = readSavedNetwork(file, plan);
    const whole = graphPredictor(backend.native!, network).predict(images, size).probabilities;
    expect(whole).toEqual(probabilities);
    const answers = await askOnnx(onnxFile(network), images, [size, 13, 11, 3]);
    expect(answers.heads).toEqual(plan.heads);
    answers.probabilities.forEach((value, at) =>
      expect(Math.abs(value - probabilities[at]!)).toBeLessThan(1e-5),
    );

    for (const [column, head] of plan.heads.entries()) {
      const single = selectHeads(file, plan, [head], head);
      // The shared layers, those of its group, and itself.
      expect(single.topology.config.layers.map(({class_name: type}) => type)).toEqual([
        'InputLayer',
        ...['Conv2D', 'MaxPooling2D', 'BatchNormalization', 'Flatten', 'Dense', 'Dense'],
      ]);
      const predictor = graphPredictor(
        backend.native!,
        readSavedNetwork({...file, ...single}, single.plan),
      );
      expect(predictor.predict(images, size).probabilities).toEqual(
        whole.filter((_, at) => at % plan.heads.length === column),
      );
    }
  });
});
