import {describe, expect, it} from 'vitest';
import {parseExperiment} from '../../src/experiment/parse.js';
import {roundsOf, trainingsOf} from '../../src/experiment/search-rounds.js';
import type {Search} from '../../src/experiment/search-schema.js';
import {failureOf, tinyYaml} from '../helpers/experiments.js';

const withTest = tinyYaml.replace('validation: 8', 'validation: 8, test: 8');
const space =
  '{training.optimizer.adam.learningRate: {log: [0.001, 0.1]}, training.batchSize: {integer: [2, 32]}, model.kind: [separate, multi-output]}';

/** The tiny experiment with a search; changes of its keys as in YAML. */
function searchYaml(changes: Readonly<Record<string, string>> = {}): string {
  const keys = {method: 'random', runs: '6', space, metric: 'Male.validation.f1', ...changes};
  const text = Object.entries(keys).map(([key, value]) => `${key}: ${value}`);
  return `${withTest}search: {${text.join(', ')}}\n`;
}

const trialsOf = (text: string, ...overrides: string[]) =>
  parseExperiment(text, 'tiny.yaml', overrides).variants;
const valuesOf = (text: string) => trialsOf(text).map(({variant}) => variant);

describe('a search', () => {
  it('draws its trials within their spaces, each with a name, and the same ones every time', () => {
    const trials = trialsOf(searchYaml({runs: '40'}));
    expect(trials).toHaveLength(40);
    expect(trials[6]!.experiment.name).toBe('tiny.07');
    for (const {experiment, variant} of trials) {
      const {optimizer, batchSize} = experiment.training;
      const rate = 'adam' in optimizer ? optimizer.adam.learningRate : Number.NaN;
      expect(rate).toBeGreaterThanOrEqual(0.001);
      expect(rate).toBeLessThanOrEqual(0.1);
      expect(Number(rate.toPrecision(4))).toBe(rate);
      expect(batchSize).toBeGreaterThanOrEqual(2);
      expect(batchSize).toBeLessThanOrEqual(32);
      expect(variant['training.batchSize']).toBe(batchSize);
      expect(variant['model.kind']).toBe(experiment.model.kind);
    }
    expect(new Set(trials.map(({variant}) => variant['model.kind']))).toEqual(
      new Set(['separate', 'multi-output']),
    );
    // A third of a logarithmic space is a third of the draws.
    const low = trials.filter(
      ({variant}) => Number(variant['training.optimizer.adam.learningRate']) < 0.00464,
    );
    expect(low.length).toBeGreaterThan(6);
    expect(low.length).toBeLessThan(22);
    expect(valuesOf(searchYaml({runs: '40'}))).toEqual(trials.map(({variant}) => variant));
    // More trials begin with the same ones; another seed has others.
    expect(valuesOf(searchYaml({runs: '4'}))).toEqual(
      trials.slice(0, 4).map(({variant}) => variant),
    );
    expect(valuesOf(searchYaml({seed: '2'}))[0]).not.toEqual(trials[0]!.variant);
  });

  it('draws each trial of a small space once', () => {
    const small = searchYaml({space: '{training.batchSize: {integer: [2, 7]}}', runs: '6'});
    const sizes = valuesOf(small).map(values => values['training.batchSize']);
    expect(sizes.toSorted()).toEqual([2, 3, 4, 5, 6, 7]);
    expect(sizes).not.toEqual([2, 3, 4, 5, 6, 7]);
  });

  it('knows the first trials of tpe, and the first round of halving', () => {
    expect(trialsOf(searchYaml({method: 'tpe', runs: '30'}))).toHaveLength(10);
    expect(trialsOf(searchYaml({method: 'tpe', runs: '30', startup: '5'}))).toHaveLength(5);
    const text = searchYaml({method: 'halving', runs: '9', eta: '2'});
    const halving = trialsOf(text.replace('epochs: 2', 'epochs: 8'));
    expect(halving.map(({experiment}) => experiment.training.epochs)).toEqual(Array(9).fill(2));
    expect(halving[0]!.experiment.name).toBe('tiny.1.epochs-2');
    expect(halving[0]!.trial).toMatchObject({number: 1, round: 0, epochs: 8});
  });

  it('is a single run once --set decides all keys of its space', () => {
    const set = ['training.batchSize=4', 'model.kind=separate'];
    const rest = trialsOf(searchYaml(), ...set);
    expect(rest).toHaveLength(6);
    expect(Object.keys(rest[0]!.variant)).toEqual(['training.optimizer.adam.learningRate']);
    const single = trialsOf(searchYaml(), ...set, 'training.optimizer.adam.learningRate=0.01');
    expect(single.map(({experiment}) => experiment.name)).toEqual(['tiny']);
    const changed = trialsOf(searchYaml(), 'search.runs=3', 'search.space.training.batchSize=[4]');
    expect(changed.map(({variant}) => variant['training.batchSize'])).toEqual([4, 4, 4]);
  });

  it.each([
    ['an unknown key', {space: '{training.bachSize: [2]}'}, 'Did you mean training.batchSize?'],
    ['an empty space', {space: '{}'}, ':15:42: search.space: The space is empty'],
    ['log from 0', {space: '{training.batchSize: {log: [0, 1]}}'}, 'Expected number (over 0)'],
    [
      'bounds in the wrong order',
      {space: '{training.batchSize: {integer: [9, 3]}}'},
      'lower one first',
    ],
    [
      'a value that the experiment cannot have',
      {space: '{training.batchSize: {integer: [0, 8]}}'},
      'search.space.training.batchSize: Expected integer (1 to 65536); received 0.',
    ],
    [
      'a choice that the experiment cannot have',
      {space: '{model.kind: [separat, multi-output]}'},
      'Did you mean separate?',
    ],
    [
      'fractions where whole numbers are expected',
      {space: '{training.batchSize: {uniform: [2, 8]}}'},
      'search.space.training.batchSize: Expected',
    ],
    ['a seed', {space: '{training.seed: [1, 2]}'}, 'the best of several seeds is luck'],
    ['the test part', {metric: 'Male.test.f1'}, 'must not choose on the test part'],
    ['the training part', {metric: 'Male.train.loss'}, 'must not choose on the training part'],
    ['another head', {metric: 'Males.validation.f1'}, 'Did you mean Male?'],
    ['an unknown metric', {metric: 'Male.validation.f2'}, 'head.validation.metric, such as'],
    [
      'more trials than there are',
      {space: '{training.batchSize: [2, 4]}'},
      'only 2 different trials',
    ],
    ['eta without halving', {eta: '2'}, 'search.eta is for method: halving'],
    ['startup without tpe', {startup: '4'}, 'search.startup is for method: tpe'],
    ['too few trials for halving', {method: 'halving', runs: '5'}, 'needs 6 trials or more'],
    ['too few epochs for halving', {method: 'halving'}, 'needs 3 epochs or more'],
    [
      'epochs in the space of halving',
      {method: 'halving', space: '{training.epochs: [1, 2]}'},
      'Halving chooses the epochs itself',
    ],
  ])('is refused with %s', (_what, changes, message) => {
    expect(failureOf(searchYaml(changes)).message).toContain(message);
  });

  it('is refused beside a matrix, and without a test part', () => {
    expect(failureOf(`${searchYaml()}matrix: {training.epochs: [1, 2]}\n`).message).toContain(
      'a matrix or a search, not both',
    );
    expect(failureOf(searchYaml().replace(', test: 8', '')).message).toContain(
      'data.split: A search chooses on the validation part, so the verdict needs a test part',
    );
  });

  it('names trials whose values contradict the rest of the file', () => {
    const text = searchYaml({space: '{training.batchSize: {integer: [30, 60]}}'});
    expect(failureOf(text).message).toContain('A batch cannot be larger than the training split');
  });
});

describe('successive halving', () => {
  const search = {method: 'halving', runs: 27, space: {}, metric: '', repeat: 1, seed: 1} as Search;

  it('divides the trials and multiplies the epochs by eta, and leaves two trials or more', () => {
    expect(roundsOf(search, 27)).toEqual([
      {trials: 27, epochs: 3},
      {trials: 9, epochs: 9},
      {trials: 3, epochs: 27},
    ]);
    expect(roundsOf({...search, runs: 30, eta: 2}, 6)).toEqual([
      {trials: 30, epochs: 2},
      {trials: 15, epochs: 3},
      {trials: 7, epochs: 6},
    ]);
    expect(trainingsOf({...search, repeat: 2}, 27)).toBe(78);
    expect(trainingsOf({...search, method: 'tpe'}, 27)).toBe(27);
  });
});
