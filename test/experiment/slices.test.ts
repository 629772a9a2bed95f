import {describe, expect, it} from 'vitest';
import {configHash} from '../../src/experiment/config-hash.js';
import {countSlices, sliceAttributes} from '../../src/experiment/slices.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';

const withSlices = (slices: string): string => `${tinyYaml}\nevaluation: {slices: ${slices}}\n`;

describe('evaluation.slices', () => {
  it.each([
    ['[Male*Smiling]', 'slices[0]: Expected an attribute, or up to 4 joined by " x "'],
    ['[Male x]', 'such as Blond_Hair x Male'],
    ['[A x B x C x D x E]', 'Expected an attribute, or up to 4 joined by " x "'],
    ['[Male x Male]', 'Expected each attribute of a product once'],
    ['[Male, Male]', 'Expected each product of attributes once'],
    ['[Blond_Hair x Male, Male x Blond_Hair]', 'Expected each product of attributes once'],
    [
      '[A x B x C x D, A x B x C x E, A x B x C x F, A x B x C x G, A]',
      'Expected at most 64 slices',
    ],
    ['[]', 'Expected at least 1 item'],
    ['Male', 'evaluation.slices: Expected a list; received "Male"'],
  ])('refuses %s', (slices, message) => {
    expect(failureOf(withSlices(slices)).message).toContain(message);
  });

  it('refuses a misspelt key with the nearest one', () => {
    expect(failureOf(`${tinyYaml}\nevaluation: {slice: [Male]}\n`).message).toContain(
      'Did you mean slices?',
    );
  });

  it('takes attributes and their products, in the order of the file', () => {
    const {evaluation} = tinyExperiment('evaluation.slices=[Young, Blond_Hair x Male]');
    expect(evaluation.slices).toEqual(['Young', 'Blond_Hair x Male']);
    expect(sliceAttributes(evaluation.slices ?? [])).toEqual(['Young', 'Blond_Hair', 'Male']);
    expect(countSlices(evaluation.slices ?? [])).toBe(6);
  });

  it('takes an attribute whose name is the sign of a product', () => {
    expect(sliceAttributes(['x x y'])).toEqual(['x', 'y']);
  });

  it('makes another configuration, because a run without them has no values to slice by', () => {
    expect(configHash(tinyExperiment('evaluation.slices=[Male]'))).not.toBe(
      configHash(tinyExperiment()),
    );
  });
});
