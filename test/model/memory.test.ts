import {describe, expect, it} from 'vitest';
import {listExperiments, shippedExperiments} from '../../src/experiment/load.js';
import {parseExperiment} from '../../src/experiment/parse.js';
import type {Experiment} from '../../src/experiment/schema.js';
import {leastMemory, assertFitsMemory} from '../../src/model/memory.js';
import {modelPlans} from '../../src/model/plan.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';

const GB = 1e9;

function least(experiment: Experiment): ReturnType<typeof leastMemory> {
  const [plan] = modelPlans(experiment);
  if (plan === undefined) throw new Error('An experiment has a network.');
  return leastMemory(experiment, plan);
}

describe('the memory that training takes at least', () => {
  it('is the weights, their gradients, two numbers of Adam each, and the outputs of a batch', () => {
    const {parameters, weightBytes, batchBytes} = least(tinyExperiment());
    // 18x14x3 -> 16x12x4 -> 8x6x4 -> 8 -> 2 and 2
    expect(parameters).toBe(112 + (192 + 1) * 8 + 2 * 18);
    expect(weightBytes).toBe(4 * 4 * parameters);
    expect(batchBytes).toBe(4 * 12 * (16 * 12 * 4 + 8 * 6 * 4 + 8 + 4));
  });

  it.each([
    ['sgd', 0],
    ['momentum', 1],
    ['rmsprop', 2],
  ])('counts the numbers that %s keeps for each weight: %i', (optimizer, numbers) => {
    const {parameters, weightBytes} = least(
      tinyExperiment(`training.optimizer={${optimizer}: {learningRate: 0.1}}`),
    );
    expect(weightBytes).toBe((2 + numbers) * 4 * parameters);
  });

  it('refuses a network whose weights need 100 GB, and says what takes how much', () => {
    const large = tinyExperiment(
      'data.image.size=[2048, 2048]',
      'model.layers[3].dense.units=2048',
    );
    expect(() => assertFitsMemory(large, 24 * GB)).toThrow(
      /^tiny: training the network multi-output takes at least 1\d\d\.\d\d GB of memory: .+ for 8,\d+,\d+,\d+ parameters with adam, .+ Expected at most the 24\.00 GB of this machine\.$/,
    );
    expect(() => assertFitsMemory(large, 1000 * GB)).not.toThrow();
  });

  it('refuses a batch that needs more than there is', () => {
    const large = tinyExperiment(
      'data.image.size=[512, 512]',
      'data.split.train=100000',
      'training.batchSize=20000',
      'model.layers=[{conv2d: {filters: 32}}, {globalAveragePooling2d: {}}]',
    );
    expect(() => assertFitsMemory(large, 24 * GB)).toThrow(/for a batch of 20,000\..+/);
  });

  it('lets every experiment that comes with the program pass on 4 GB', async () => {
    const shipped = await listExperiments(shippedExperiments);
    const all = shipped.flatMap(({parsed}) => parsed?.variants ?? []);
    expect(all.length).toBeGreaterThan(5);
    for (const {experiment} of all)
      expect(() => assertFitsMemory(experiment, 4 * GB)).not.toThrow();
  });
});

describe('an absurd number', () => {
  it.each([
    ['training.epochs=1e9', 'training.epochs'],
    ['training.epochs=0', 'training.epochs'],
    ['training.epochs=1.5', 'training.epochs'],
    ['model.layers[0].conv2d.filters=0', 'filters'],
    ['model.layers[0].conv2d.filters=1e9', 'filters'],
    ['model.layers[3].dense.units=1e12', 'units'],
    ['training.batchSize=33', 'training.batchSize'],
    ['training.optimizer.adam.learningRate=.nan', 'learningRate'],
    ['training.optimizer.adam.learningRate=.inf', 'learningRate'],
    ['training.optimizer.adam.learningRate=-0.1', 'learningRate'],
    ['training.optimizer.adam.learningRate=0', 'learningRate'],
    ['data.image.scale=1e-9', 'data.image.scale'],
    ['data.image.scale=1e9', 'data.image.scale'],
    ['data.image.size=[0, 5]', 'data.image.size'],
    ['data.sampling={strategy: balanced, perStratum: 1e15}', 'perStratum'],
    ['data.split.train=1e300', 'data.split.train'],
    ['training.seed=-1', 'training.seed'],
    ['training.seed=0.5', 'training.seed'],
    ['training.seed=9007199254740992', 'training.seed'],
    ['training.lossWeights.Male=.nan', 'lossWeights'],
    ['training.lossWeights.Male=.inf', 'lossWeights'],
  ])('is refused where it stands: %s', (override, key) => {
    const {message, exitCode} = failureOf(tinyYaml, override);
    expect(message).toContain(key);
    expect(exitCode).toBe(2);
  });

  it('is refused in a matrix of a million combinations', () => {
    const axis = (count: number): string =>
      `[${Array.from({length: count}, (_, at) => at + 1).join(', ')}]`;
    const matrix = `matrix: {training.seed: ${axis(100)}, training.epochs: ${axis(100)}, training.batchSize: ${axis(100)}}\n`;
    expect(() => parseExperiment(tinyYaml + matrix, 'x')).toThrow('received 1000000');
  });
});
