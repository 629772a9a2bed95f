import {describe, expect, it} from 'vitest';
import {failureOf, tinyYaml} from '../helpers/experiments.js';

const optimizer = '{adam: {learningRate: 0.01}}';

describe('of several ways to write something, the one that was meant is explained', () => {
  it.each([
    ['{size: [18, 14], scale: 3}', 'size and scale exclude each other. Expected only one of them'],
    ['big', 'data.image: Expected a map with scale or size; received "big"'],
    ['{}', 'data.image: Expected a map with scale or size; received {}'],
    ['{size: [18]}', 'data.image.size: Expected at least 2 items; received [18]'],
    ['{scale: 0.5}', 'data.image.scale: Expected number (1 to 109); received 0.5'],
  ])('data.image: %s', (image, message) => {
    expect(failureOf(tinyYaml.replace('{size: [18, 14]}', image)).message).toContain(message);
  });

  it.each([
    ['{train: 32}', 'data.split.validation: This key is missing. Expected a number'],
    [
      '{by: offical}',
      'data.split.by: Expected official; received "offical". Did you mean official',
    ],
    ['{by: official, train: 3}', 'data.split.train: This key does not go with {"by":"official"}'],
  ])('data.split: %s', (split, message) => {
    const text = tinyYaml.replace('{train: 32, validation: 8}', split);
    expect(failureOf(text).message).toContain(message);
  });

  it.each([
    ['{strategy: balance, perStratum: 3}', 'Expected one of balanced, all, first'],
    ['{strategy: all, count: 3}', 'count: This key does not go with {"strategy":"all"}'],
    [
      '{perStratum: 3}',
      'sampling.strategy: Expected one of balanced, all, first; received nothing',
    ],
  ])('data.sampling: %s', (sampling, message) => {
    const text = tinyYaml.replace('  split', `  sampling: ${sampling}\n  split`);
    expect(failureOf(text).message).toContain(message);
  });

  it.each([
    ['adam', 'momentum or rmsprop; received "adam". Did you mean adam: {}?'],
    ['{adam: {}, sgd: {}}', 'adam and sgd exclude each other'],
    ['{adam: {learning_rate: 1}}', 'Did you mean learningRate?'],
  ])('training.optimizer: %s', (written, message) => {
    expect(failureOf(tinyYaml.replace(optimizer, written)).message).toContain(message);
  });

  it.each([
    ['flatten', 'received "flatten". Did you mean flatten: {}?'],
    ['flatten:', 'model.layers[2].flatten: Expected a map; received null. Did you mean {}?'],
    ['{flatten: {}, dropout: {rate: 0.1}}', 'Expected exactly one of conv2d, maxPooling2d'],
    ['conv2d: {filters: 1, kernel: big}', 'kernel: Expected integer (1 to 512) or [integer'],
    ['conv2d: {filters: 1, kernel: [3, 3, 3]}', 'received [3,3,3]'],
  ])('a layer: %s', (layer, message) => {
    expect(failureOf(tinyYaml.replace('flatten: {}', layer)).message).toContain(message);
  });
});

describe('a misspelt key', () => {
  it('is one problem, not also the right one missing', () => {
    const {message} = failureOf(tinyYaml.replace('adam', 'adamm'));
    expect(message).toContain('Did you mean adam?');
    expect(message).not.toContain('missing');
  });
});

describe('layers in an order that cannot be', () => {
  it.each([
    ['- flatten: {}', '- activation: {function: relu}', 'dense takes one row of values', ':13:7'],
    ['- flatten: {}', '- flatten: {}\n    - conv2d: {filters: 3}', 'takes an image', ':13:7'],
    [
      '    - flatten: {}\n    - dense: {units: 8, activation: relu}\n',
      '',
      'The layers end with an image',
      ':11:7',
    ],
  ])('are shown at their line: %s as %s', (old, changed, message, place) => {
    const error = failureOf(tinyYaml.replace(old, changed));
    expect(error.message).toContain(message);
    expect(error.message).toContain(`tiny.yaml${place}`);
  });
});

describe('the line that an error shows', () => {
  it('is cut around the column where it is long, with the caret at its place', () => {
    const long = tinyYaml.replace('epochs: 2', `${'x'.repeat(150)}: 1, epochs: two`);
    const [, shown, caret] = failureOf(long).message.split('\n').slice(-3);
    expect(shown).toContain('…');
    expect(shown?.slice(caret?.indexOf('^'))).toMatch(/^two,/);
  });

  it('has its caret below the right column after wide letters', () => {
    const wide = tinyYaml.replace('description: For tests.', 'description: {한글: 1}');
    expect(failureOf(wide).message).toMatch(/\n {2}2 \| description: {한글.*\n {4}\| {14}\^/);
    const after = tinyYaml.replace('{epochs: 2', '{한글한글: 1, epochs: two');
    expect(failureOf(after).message.split('\n').at(-1)?.indexOf('^')).toBe('  14 | '.length + 32);
  });

  it('cannot move the cursor', () => {
    const {message} = failureOf(tinyYaml.replace('epochs: 2', 'epochs: \u001b[31mred'));
    expect(message).not.toContain('\u001b');
  });
});
