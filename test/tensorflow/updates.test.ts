import {readFileSync} from 'node:fs';
import {beforeAll, describe, expect, it} from 'vitest';
import {applyOptimizer} from '../../src/tensorflow/layers-optimizer.js';
import {loadBackend} from '../../src/tensorflow/load.js';
import {namedOptimizer} from '../../src/tensorflow/optimizer-spec.js';
import {
  evaluatedWeights,
  withWeights,
  type StepState,
  type TrainingStep,
  type UpdateGroup,
} from '../../src/tensorflow/training-step.js';
import type {Backend} from '../../src/tensorflow/types.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {leastMemory} from '../../src/model/memory.js';
import {modelPlans} from '../../src/model/plan.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {
  conv,
  end,
  experimentWith,
  largestDifference,
  make,
  randomBatch,
  smallBatches,
  smallLayers,
} from '../helpers/steps.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('tensorflow');
});

const normalized = [conv({}), {batchNormalization: {}}, {dropout: {rate: 0.3}}, ...end];
const choices = ['graph', 'layers'] as const;

/** Trains on the batches, in groups of at most `accumulate`. */
async function train(
  step: TrainingStep,
  batches: typeof smallBatches,
  accumulate = 1,
  from = 0,
): Promise<void> {
  for (let at = from; at < batches.length; at++) {
    const index = at % accumulate;
    const group: UpdateGroup = {
      index,
      images: batches.slice(at - index, at + 1).reduce((sum, {size}) => sum + size, 0),
      isLast: index === accumulate - 1 || at === batches.length - 1,
    };
    await step.trainBatch(batches[at]!, 0.01, group);
  }
}

async function trained(
  experiment: Experiment,
  choice: (typeof choices)[number],
  batches: typeof smallBatches,
  accumulate?: number,
): Promise<StepState> {
  const {step, dispose} = await make(backend, experiment, choice);
  await train(step, batches, accumulate);
  const state = await step.getState();
  dispose();
  return state;
}

describe('AdamW', () => {
  // By test/fixtures/optimizers/adamw.py.
  const {options, start, gradients, weights} = JSON.parse(
    readFileSync(new URL('../fixtures/optimizers/adamw.json', import.meta.url), 'utf8'),
  ) as {
    options: {learningRate: number; beta1: number; beta2: number; weightDecay: number};
    start: number[];
    gradients: number[][];
    weights: number[][];
  };

  it('takes the steps of torch.optim.AdamW', () => {
    const {tf} = backend;
    const optimizer = namedOptimizer({adam: {...options, epsilon: 1e-30}});
    tf.tidy(() => {
      const rate = tf.scalar(options.learningRate);
      let state = {weight: tf.tensor(start), slots: [0, 1].map(() => tf.zerosLike(start))} as {
        weight: ReturnType<typeof tf.tensor>;
        slots: readonly ReturnType<typeof tf.tensor>[];
      };
      gradients.forEach((gradient, index) => {
        const {weight, slots} = state;
        const given = tf.tensor(gradient);
        state = applyOptimizer(tf, optimizer, weight, given, slots, rate, index + 1);
        state.weight
          .dataSync()
          .forEach((value, at) => expect(value).toBeCloseTo(weights[index]![at]!, 6));
      });
    });
  });
});

describe('accumulated gradients', () => {
  const override = ['training.accumulate=4', 'training.optimizer.adam.weightDecay=0.01'];
  /** Eleven batches of 8 images and one of 3: two groups of four batches, one of 4 with 27 images. */
  const whole = [0, 4, 8].map(first => {
    const parts = smallBatches.slice(first, first + 4);
    return {
      images: Uint8Array.from(parts.flatMap(({images}) => [...images])),
      labels: Uint8Array.from(parts.flatMap(({labels}) => [...labels])),
      size: parts.reduce((sum, {size}) => sum + size, 0),
    };
  });

  it.each(choices)(
    'update as one larger batch does, the smaller last one included (%s)',
    async choice => {
      const overrides = ['training.optimizer.sgd.learningRate=0.1', 'training.clipNorm=0.5'];
      const parts = experimentWith(smallLayers, [...overrides, 'training.accumulate=4']);
      const large = experimentWith(smallLayers, overrides);
      const state = await trained(parts, choice, smallBatches, 4);
      expect(state.steps).toBe(3);
      expect(largestDifference(state, await trained(large, choice, whole))).toBeLessThan(1e-5);
    },
  );

  it('count an incomplete last group by its images alone', async () => {
    const overrides = ['training.optimizer.sgd.learningRate=0.1'];
    const five = [...smallBatches.slice(7)];
    const [first, last] = [five.slice(0, 4), five.slice(4)];
    for (const choice of choices) {
      const parts = experimentWith(smallLayers, [...overrides, 'training.accumulate=4']);
      const once = await make(backend, experimentWith(smallLayers, overrides), choice);
      await once.step.setState({
        ...(await trained(parts, choice, first, 4)),
        optimizer: [],
        steps: 1,
      });
      await once.step.trainBatch(last[0]!, 0.01);
      const expected = await once.step.getState();
      once.dispose();
      expect(largestDifference(await trained(parts, choice, five, 4), expected)).toBeLessThan(1e-6);
    }
  });

  it('are those of the other step, with batch normalisation', async () => {
    // Adam would divide the rounding of a bias above the normalisation by itself.
    const sgd = ['training.accumulate=4', 'training.optimizer.sgd.weightDecay=0.01'];
    const experiment = experimentWith([conv({}), {batchNormalization: {}}, ...end], sgd);
    const [graph, layers] = [
      await trained(experiment, 'graph', smallBatches, 4),
      await trained(experiment, 'layers', smallBatches, 4),
    ];
    expect(largestDifference(graph, layers)).toBeLessThan(1e-5);
  });

  it.each(choices)('resume between two updates to the same bits (%s)', async choice => {
    const experiment = experimentWith(normalized, [...override, 'training.ema={}']);
    const expected = await trained(experiment, choice, smallBatches, 4);
    const first = await trained(experiment, choice, smallBatches.slice(0, 8), 4);
    const {step, dispose} = await make(backend, experiment, choice);
    await step.setState(first);
    await train(step, smallBatches, 4, 8);
    expect(await step.getState()).toEqual(expected);
    dispose();
  });

  it.each(choices)('draw another dropout mask for each batch of an update (%s)', async choice => {
    const experiment = experimentWith([conv({}), {dropout: {rate: 0.5}}, ...end], override);
    const {step, dispose} = await make(backend, experiment, choice);
    const losses = new Set<number>();
    for (const index of [0, 1, 2]) {
      const group = {index, images: 8 * (index + 1), isLast: false};
      losses.add((await step.trainBatch(smallBatches[0]!, 0.01, group)).loss);
    }
    expect(losses.size).toBe(3);
    dispose();
  });
});

describe('the moving average of the weights', () => {
  const decay = 0.9;
  const experiment = (): Experiment =>
    experimentWith(
      [conv({activation: 'tanh'}), {batchNormalization: {}}, ...end],
      [`training.ema.decay=${decay}`],
    );

  it.each(choices)('is that of its definition, with bias correction (%s)', async choice => {
    const {step, dispose} = await make(backend, experiment(), choice);
    const sums = new Map<string, number[]>();
    for (const batch of smallBatches.slice(0, 6)) {
      await step.trainBatch(batch, 0.01);
      for (const {name, values} of (await step.getState()).weights) {
        const before = sums.get(name) ?? [...values].map(() => 0);
        sums.set(
          name,
          before.map((sum, at) => decay * sum + (1 - decay) * values[at]!),
        );
      }
    }
    const state = await step.getState();
    for (const {name, values} of evaluatedWeights(state)) {
      const expected = sums.get(name)!.map(sum => sum / (1 - decay ** 6));
      values.forEach((value, at) => expect(value).toBeCloseTo(expected[at]!, 5));
    }
    expect(evaluatedWeights(state)).not.toEqual(state.weights);
    dispose();
  });

  it.each(choices)('is what evaluation uses, and changes no training (%s)', async choice => {
    const averaged = await make(backend, experiment(), choice);
    const {training, ...rest} = experiment();
    const plain = await make(backend, {...rest, training: {...training, ema: undefined}}, choice);
    const batch = randomBatch(8, [13, 11], 2, 99);
    expect(await averaged.step.evaluateBatch(batch)).toEqual(await plain.step.evaluateBatch(batch));
    for (const train of smallBatches.slice(0, 5)) {
      const a = await averaged.step.trainBatch(train, 0.01);
      await averaged.step.evaluateBatch(batch);
      expect(a).toEqual(await plain.step.trainBatch(train, 0.01));
    }
    const state = await averaged.step.getState();
    const ours = await averaged.step.evaluateBatch(batch);
    expect(ours).not.toEqual(await plain.step.evaluateBatch(batch));
    await plain.step.setState({...state, weights: evaluatedWeights(state)});
    expect(ours).toEqual(await plain.step.evaluateBatch(batch));
    expect(await averaged.step.logOdds(batch)).toEqual(await plain.step.logOdds(batch));
    await averaged.step.setState(withWeights(state, evaluatedWeights(state)));
    expect(await averaged.step.evaluateBatch(batch)).toEqual(ours);
    [averaged, plain].forEach(({dispose}) => dispose());
  });

  it('agrees between both steps, and keeps no tensors', async () => {
    const sgd = 'training.optimizer.sgd.learningRate=0.1';
    const layered = experimentWith(smallLayers, [sgd, `training.ema.decay=${decay}`]);
    const states = [
      await trained(layered, 'graph', smallBatches),
      await trained(layered, 'layers', smallBatches),
    ].map(state => ({...state, weights: evaluatedWeights(state)}));
    expect(largestDifference(states[0]!, states[1]!)).toBeLessThan(1e-5);
    const {step, dispose} = await make(backend, layered, 'layers');
    await step.trainBatch(smallBatches[0]!, 0.01);
    const before = backend.tf.memory().numTensors;
    for (const batch of smallBatches) await step.trainBatch(batch, 0.01);
    await step.evaluateBatch(smallBatches[0]!);
    expect(backend.tf.memory().numTensors).toBe(before);
    dispose();
  });
});

describe('the memory of averages and sums', () => {
  it('counts a number of each weight for both', () => {
    const bytes = (...overrides: string[]): number => {
      const experiment = tinyExperiment('training.optimizer={sgd: {}}', ...overrides);
      return leastMemory(experiment, modelPlans(experiment)[0]!).weightBytes;
    };
    const plain = bytes() / 2;
    expect(bytes('training.ema={}')).toBe(3 * plain);
    expect(bytes('training.accumulate=2')).toBe(3 * plain);
    expect(bytes('training.accumulate=1')).toBe(2 * plain);
  });
});
