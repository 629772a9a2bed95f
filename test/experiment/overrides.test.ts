import {describe, expect, it} from 'vitest';
import {parseExperiment} from '../../src/experiment/parse.js';
import {failureOf, tinyYaml} from '../helpers/experiments.js';

const variantsOf = (text: string, ...overrides: string[]) =>
  parseExperiment(text, 'tiny.yaml', overrides).variants.map(({experiment}) => experiment);

describe('--set', () => {
  it.each([
    ['model.layers.50.dense.units=3', 'the list has 4 entries. Expected an index from 0 to 4'],
    ['model.layers.4000000000.dense.units=3', 'the list has 4 entries'],
    ['training.lossWeights.__proto__=2', '"__proto__" is not a key'],
    ['training.lossWeights={__proto__: 2}', '__proto__: This name is not allowed for a key'],
    ['training.epochs=', 'Expected a number; received null'],
    ['training={epochs: 1, epochs: 2}', 'This key is a duplicate'],
    ['training.epochs=[1', '--set training.epochs=[1:1:'],
    ['data.heads.first=Male', '"first" is not a key. Expected a valid key'],
  ])('%s is refused in its own words', (override, message) => {
    const error = failureOf(tinyYaml, override);
    expect(error.message).toContain(message);
    expect(error.exitCode).toBe(2);
  });

  it('adds a layer where its index is the next', () => {
    const [experiment] = variantsOf(tinyYaml, 'model.layers.4.dropout.rate=0.5');
    expect(experiment?.model.layers.at(-1)).toEqual({dropout: {rate: 0.5}});
  });

  it('holds against the matrix: the axis that it decides is gone', () => {
    const text = `${tinyYaml}matrix: {data.image.scale: [2, 3], training.seed: [1, 2]}\n`;
    const names = (...overrides: string[]) => variantsOf(text, ...overrides).map(({name}) => name);
    expect(names('training.seed=7')).toEqual(['tiny.scale-2', 'tiny.scale-3']);
    expect(names('data.image.size=[20, 20]')).toEqual(['tiny.seed-1', 'tiny.seed-2']);
    expect(names('training.seed=7', 'data.image.scale=4')).toEqual(['tiny']);
    expect(variantsOf(text, 'training.seed=7').map(({training}) => training.seed)).toEqual([7, 7]);
    expect(names('training.epochs=1')).toHaveLength(4);
  });

  it('can give a matrix, and one axis of it', () => {
    const text = `${tinyYaml}matrix: {training.epochs: [1, 2]}\n`;
    const names = (override: string) => variantsOf(text, override).map(({name}) => name);
    expect(names('matrix={training.seed: [5, 6]}')).toEqual(['tiny.seed-5', 'tiny.seed-6']);
    expect(names('matrix.training.epochs=[3]')).toEqual(['tiny.epochs-3']);
  });
});

describe('a matrix', () => {
  it.each([
    ['{training.seed: [1, 1]}', 'Two combinations are equal'],
    [
      '{training.optimizer.adam.learningRate: [0.1, 0.2], training.optimizer.sgd.learningRate: [0.1]}',
      'Two combinations are equal',
    ],
    ['{}', 'The matrix is empty'],
    ['{matrix.training.seed: [1]}', 'is not a key of an experiment'],
    ['{__proto__: [1]}', 'This name is not allowed for a key'],
  ])('%s is refused', (matrix, message) => {
    expect(failureOf(`${tinyYaml}matrix: ${matrix}\n`).message).toContain(message);
  });

  it('gives every combination its own name, also where the values differ only in signs', () => {
    const text = `${tinyYaml}matrix: {data.root: [a/b, a_b, A/B]}\n`;
    expect(variantsOf(text).map(({name}) => name)).toEqual([
      'tiny.root-a_b',
      'tiny.root-a_b.2',
      'tiny.root-A_B.3',
    ]);
  });
});
