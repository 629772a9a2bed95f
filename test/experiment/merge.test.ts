import {describe, expect, it} from 'vitest';
import {parseExperiment} from '../../src/experiment/parse.js';
import {failureOf, tinyYaml} from '../helpers/experiments.js';

const CONV = 'conv2d: {filters: 4, kernel: 3, activation: relu}';

/** The tiny experiment with a second convolution that takes over the first one's keys. */
const withSecond = (second: string): string =>
  tinyYaml.replace(
    `    - ${CONV}`,
    `    - conv2d: &first ${CONV.slice(8)}\n    - conv2d: ${second}`,
  );

const layersOf = (text: string): readonly unknown[] =>
  parseExperiment(text, 'tiny.yaml').variants[0]?.experiment.model.layers ?? [];

describe('a YAML merge key', () => {
  it('takes over the keys of an anchor, and what stands beside it holds', () => {
    expect(layersOf(withSecond('{<<: *first, filters: 8}'))[1]).toMatchObject({
      conv2d: {filters: 8, kernel: 3, activation: 'relu'},
    });
  });

  it('takes over a list of maps, of which the first holds', () => {
    expect(layersOf(withSecond('{<<: [{filters: 2}, *first]}'))[1]).toMatchObject({
      conv2d: {filters: 2, kernel: 3},
    });
  });

  it('shows its own line where a key that it takes over is wrong', () => {
    const text = withSecond('{<<: {filter: 2}, filters: 3}');
    expect(failureOf(text).message).toMatch(/^tiny\.yaml:11:16: .*filter: This key is not known/);
  });

  it.each([
    ['a number', '{<<: 3, filters: 3}'],
    ['a list of numbers', '{<<: [1], filters: 3}'],
    ['an alias of no map', '{filters: &n 3, <<: *n}'],
  ])('is refused with its line where it takes over %s', (_what, second) => {
    const {message} = failureOf(withSecond(second));
    expect(message).toContain('Expected an *alias of a map');
    expect(message).toMatch(/^tiny\.yaml:11:/);
  });

  it('is refused where it stands twice in a map', () => {
    expect(failureOf(withSecond('{<<: *first, <<: *first}')).message).toContain('is a duplicate');
  });

  it('cannot make a short text endless', () => {
    const doubled = Array.from(
      {length: 40},
      (_, index) => `a${index + 1}: &a${index + 1} {p: {<<: *a${index}}, q: {<<: *a${index}}}`,
    );
    const {message} = failureOf(['a0: &a0 {x: 1}', ...doubled, tinyYaml].join('\n'));
    expect(message).toContain('The aliases expand to too many values');
  });
});
