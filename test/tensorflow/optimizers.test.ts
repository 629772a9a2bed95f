import {beforeAll, describe, expect, it} from 'vitest';
import {loadBackend} from '../../src/tensorflow/load.js';
import type {Backend} from '../../src/tensorflow/types.js';
import type {StepState} from '../../src/tensorflow/training-step.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';
import {conv, end, experimentWith, make, randomBatch} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

const layers = [conv({activation: 'tanh'}), ...end];
const batches = [1, 2].map(seed => randomBatch(8, [13, 11], 2, seed));

function values({weights}: StepState): number[] {
  return weights.flatMap(weight => [...weight.values]);
}

describe.each(['graph', 'layers'] as const)('an optimiser of the %s step', choice => {
  it.each([0.9, 0.999, 0.9999, 0.9999999])(
    'takes a first step of the learning rate with Adam, however near beta2 = %d is to 1',
    async beta2 => {
      const experiment = experimentWith(layers, [
        `training.optimizer.adam.beta2=${beta2}`,
        'training.optimizer.adam.epsilon=1e-30',
      ]);
      const {step, dispose} = await make(backend, experiment, choice);
      const before = values(await step.getState());
      await step.trainBatch(batches[0]!, 0.01);
      const after = values(await step.getState());
      const changes = after.map((value, at) => Math.abs(value - before[at]!));
      expect(Math.max(...changes)).toBeGreaterThan(0.0099);
      for (const change of changes) expect(change).toBeLessThan(0.01 * 1.0001);
      dispose();
    },
  );

  it('keeps the rate of each step in the velocity of momentum, as Keras 3 does', async () => {
    const [first, second] = [0.1, 0.01];
    const plain = await make(
      backend,
      experimentWith(layers, ['training.optimizer.sgd.learningRate=1']),
      choice,
    );
    const own = await make(
      backend,
      experimentWith(layers, ['training.optimizer.momentum.momentum=0.8']),
      choice,
    );
    const start = await own.step.getState();
    await own.step.trainBatch(batches[0]!, first);
    const middle = await own.step.getState();
    await own.step.trainBatch(batches[1]!, second);
    const finish = values(await own.step.getState());
    await plain.step.setState({weights: middle.weights, optimizer: [], steps: 1});
    await plain.step.trainBatch(batches[1]!, 1);
    const descended = values(await plain.step.getState());
    const [w0, w1] = [values(start), values(middle)];
    finish.forEach((value, at) => {
      const gradient = w1[at]! - descended[at]!;
      const expected = w1[at]! + 0.8 * (w1[at]! - w0[at]!) - second * gradient;
      expect(Math.abs(value - expected)).toBeLessThan(1e-6);
    });
    plain.dispose();
    own.dispose();
  });
});

describe('a number of an optimiser', () => {
  it.each([
    'adam.beta1=0.99999999',
    'adam.beta2=0.99999999',
    'momentum.momentum=0.99999999',
    'rmsprop.decay=0.99999999',
    'rmsprop.momentum=0.99999999',
    'adam.epsilon=0',
    'adam.epsilon=1e-50',
    'rmsprop.epsilon=1e39',
    'adam.learningRate=1e-45',
    'sgd.learningRate=1e-40',
  ])('is refused where float32 would make 0, 1 or infinity of it: %s', override => {
    const {message} = failureOf(tinyYaml, `training.optimizer.${override}`);
    expect(message).toContain(override.split('=')[0]);
    expect(message).toContain('xpected');
  });

  it('may be as near to 1 as float32 tells from 1', () => {
    expect(
      tinyExperiment('training.optimizer.adam.beta2=0.9999999').training.optimizer,
    ).toMatchObject({adam: {beta2: 0.9999999}});
  });
});
