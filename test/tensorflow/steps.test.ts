import type {Tensor} from '@tensorflow/tfjs';
import {beforeAll, describe, expect, it} from 'vitest';
import {createStep} from '../../src/tensorflow/create-step.js';
import {crossEntropy} from '../../src/tensorflow/head-loss.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {updateRule} from '../../src/tensorflow/optimizer-spec.js';
import type {Backend} from '../../src/tensorflow/types.js';
import type {StepState} from '../../src/tensorflow/training-step.js';
import {buildModel} from '../../src/model/build.js';
import {modelPlans} from '../../src/model/plan.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {
  conv,
  end,
  experimentWith,
  largestDifference,
  make,
  randomBatch,
  sgd,
  smallBatches,
  smallLayers,
} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

describe('training with the compiled step', () => {
  const layers = smallLayers;
  const batches = smallBatches;

  it.each([
    'adam.learningRate=0.01',
    'adam.weightDecay=0.05',
    'sgd.learningRate=0.1',
    'momentum.nesterov=true',
    'momentum.momentum=0.8',
    'rmsprop.momentum=0.5',
  ])(
    "goes the way of the layers' own step with %s, the smaller last batch included",
    async optimizer => {
      const experiment = experimentWith(layers, [`training.optimizer.${optimizer}`]);
      const [graph, own] = [
        await make(backend, experiment, 'graph'),
        await make(backend, experiment, 'layers'),
      ];
      for (const batch of batches) {
        const a = await graph.step.trainBatch(batch, 0.01);
        const b = await own.step.trainBatch(batch, 0.01);
        expect(a.headCorrect).toEqual(b.headCorrect);
        expect(a.loss).toBeCloseTo(b.loss, 3);
        expect(a.headLosses[1]).toBeCloseTo(b.headLosses[1]!, 3);
      }
      expect(
        largestDifference(await graph.step.getState(), await own.step.getState()),
      ).toBeLessThan(5e-3);
      graph.dispose();
      own.dispose();
    },
  );

  it('agrees with model.fit on the same batches', async () => {
    const {tf} = backend;
    // Adam divides by the root of tiny squares, which would make rounding visible.
    const experiment = experimentWith(layers, sgd);
    const {step, model, dispose} = await make(backend, experiment, 'graph');
    model.compile({optimizer: tf.train.sgd(0.1), loss: 'categoricalCrossentropy'});
    for (const batch of batches) {
      await step.trainBatch(batch, 0.1);
      const x = tf.tensor4d(batch.images, [batch.size, 13, 11, 3], 'int32').toFloat().div(255);
      const y = [0, 1].map(head =>
        tf.oneHot(
          Array.from({length: batch.size}, (_, image) => batch.labels[image * 2 + head]!),
          2,
        ),
      );
      await model.trainOnBatch(x, y);
    }
    const fitted = model.getWeights().map(weight => weight.dataSync());
    const {weights} = await step.getState();
    weights.forEach(({values}, index) =>
      values.forEach((value, at) =>
        expect(Math.abs(value - fitted[index]![at]!)).toBeLessThan(1e-4),
      ),
    );
    dispose();
  });

  it.each(['multi-output', 'concatenated', 'separate'])(
    'moves the weights of a %s model both ways without loss',
    async kind => {
      const experiment = experimentWith(layers, [`model.kind=${kind}`]);
      const heads = kind === 'separate' ? 1 : 2;
      const {step, model, dispose} = await make(backend, experiment, 'graph');
      const built = model.getWeights().map(weight => Array.from(weight.dataSync()));
      expect((await step.getState()).weights.map(({values}) => Array.from(values))).toEqual(built);
      const batch = randomBatch(8, [13, 11], heads, 1);
      await step.trainBatch(batch, 0.01);
      await step.copyToModel();
      const copied = model.getWeights().map(weight => Array.from(weight.dataSync()));
      expect((await step.getState()).weights.map(({values}) => Array.from(values))).toEqual(copied);
      expect(copied).not.toEqual(built);
      dispose();
    },
  );

  it.each(['graph', 'layers'] as const)(
    'continues from a state to the same bits as without a break (%s)',
    async choice => {
      const experiment = experimentWith([
        conv({}),
        {batchNormalization: {}},
        {dropout: {rate: 0.3}},
        ...end,
      ]);
      const whole = await make(backend, experiment, choice);
      for (const batch of batches) await whole.step.trainBatch(batch, 0.01);
      const first = await make(backend, experiment, choice);
      for (const batch of batches.slice(0, 5)) await first.step.trainBatch(batch, 0.01);
      const state = structuredClone(await first.step.getState());
      first.dispose();
      const second = await make(backend, experiment, choice);
      await second.step.setState(state);
      for (const batch of batches.slice(5)) await second.step.trainBatch(batch, 0.01);
      expect(await second.step.getState()).toEqual(await whole.step.getState());
      whole.dispose();
      second.dispose();
    },
  );

  it('leaves a state that was read or given as it was', async () => {
    const {step, dispose} = await make(backend, experimentWith(layers), 'graph');
    const state = await step.getState();
    const copy = structuredClone(state);
    await step.setState(state);
    for (const batch of batches) await step.trainBatch(batch, 0.01);
    expect(state).toEqual(copy);
    dispose();
  });

  it.each(['graph', 'layers'] as const)(
    'draws another dropout mask at each step, the same for the same seed (%s)',
    async choice => {
      const experiment = experimentWith([
        {flatten: {}},
        {dropout: {rate: 0.5}},
        {dense: {units: 4}},
      ]);
      const batch = batches[0]!;
      const run = async (): Promise<number[]> => {
        const {step, dispose} = await make(backend, experiment, choice);
        const losses = [];
        for (let index = 0; index < 4; index++)
          losses.push((await step.trainBatch(batch, 1e-12)).loss);
        dispose();
        return losses;
      };
      const losses = await run();
      expect(new Set(losses).size).toBe(4);
      expect(await run()).toEqual(losses);
    },
  );

  it('weighs the heads, where tfjs-layers would ignore it', async () => {
    const experiment = experimentWith(layers);
    const {step, dispose} = await make(backend, experiment, 'graph', [
      crossEntropy(1),
      crossEntropy(0),
    ]);
    const before = await step.getState();
    const result = await step.trainBatch(batches[0]!, 0.01);
    const after = await step.getState();
    const kernel = (state: StepState, name: string): Float32Array =>
      state.weights.find(weight => weight.name === name)!.values;
    expect(result.loss).toBeCloseTo(result.headLosses[0]!, 6);
    expect(kernel(after, 'Smiling/kernel')).toEqual(kernel(before, 'Smiling/kernel'));
    expect(kernel(after, 'Male/kernel')).not.toEqual(kernel(before, 'Male/kernel'));
    dispose();
  });

  it('gives probabilities that are those of the saved model', async () => {
    const {tf} = backend;
    const {step, model, dispose} = await make(backend, experimentWith(layers), 'graph');
    const batch = batches[0]!;
    const {probabilities} = await step.evaluateBatch(batch);
    const outputs = tf.tidy(() => {
      const x = tf.tensor4d(batch.images, [batch.size, 13, 11, 3], 'int32').toFloat().div(255);
      return (model.predict(x) as Tensor[]).map(output => output.dataSync());
    });
    for (let image = 0; image < batch.size; image++) {
      expect(probabilities[image * 2]).toBeCloseTo(outputs[0]![image * 2 + 1]!, 5);
      expect(probabilities[image * 2 + 1]).toBeCloseTo(outputs[1]![image * 2 + 1]!, 5);
    }
    dispose();
  });

  it('gives log-odds that are those of its probabilities, with the layers too', async () => {
    for (const choice of ['graph', 'layers'] as const) {
      for (const kind of ['multi-output', 'concatenated']) {
        const experiment = experimentWith(layers, [`model.kind=${kind}`]);
        const {step, dispose} = await make(backend, experiment, choice);
        const {probabilities} = await step.evaluateBatch(batches[0]!);
        const logOdds = await step.logOdds(batches[0]!);
        expect(logOdds).toHaveLength(probabilities.length);
        probabilities.forEach((probability, at) =>
          expect(1 / (1 + Math.exp(-logOdds[at]!))).toBeCloseTo(probability, 5),
        );
        dispose();
      }
    }
  });

  it('keeps no tensors and no sessions, over many models', async () => {
    const binding = backend.native! as unknown as {
      getNumOfTensors(): number;
      getNumOfSavedModels(): number;
    };
    const counts = async (): Promise<number[]> => {
      const {step, dispose} = await make(backend, experimentWith(layers), 'graph');
      await step.trainBatch(batches[0]!, 0.01);
      await step.evaluateBatch(batches[0]!);
      await step.logOdds(batches[0]!);
      dispose();
      return [
        backend.tf.memory().numTensors,
        binding.getNumOfTensors(),
        binding.getNumOfSavedModels(),
      ];
    };
    const first = await counts();
    for (let index = 0; index < 15; index++) await counts();
    expect(await counts()).toEqual(first);
  });

  it('keeps no tensors with the layers own step either', async () => {
    const {step, dispose} = await make(
      backend,
      experimentWith([conv({}), {batchNormalization: {}}, ...end]),
      'layers',
    );
    await step.trainBatch(batches[0]!, 0.01);
    const before = backend.tf.memory().numTensors;
    for (const batch of batches) await step.trainBatch(batch, 0.01);
    await step.evaluateBatch(batches[0]!);
    await step.logOdds(batches[0]!);
    expect(backend.tf.memory().numTensors).toBe(before);
    dispose();
  });
});

describe('the choice of a step', () => {
  it('falls back to the layers where the backend runs no graphs, and says so', () => {
    const experiment = tinyExperiment();
    const plan = modelPlans(experiment)[0]!;
    const model = buildModel(backend.tf, experiment, plan);
    const options = {
      backend: {...backend, native: undefined},
      model,
      heads: plan.heads,
      output: plan.output,
      rule: updateRule(experiment.training),
      losses: [crossEntropy(), crossEntropy()],
      seed: 1,
    };
    const {step, note} = createStep({...options, choice: 'auto'});
    expect(step.kind).toBe('layers');
    expect(note).toContain('this backend runs no graphs');
    expect(() => createStep({...options, choice: 'graph'})).toThrow('cannot be compiled');
    step.dispose();
    model.dispose();
  });
});
