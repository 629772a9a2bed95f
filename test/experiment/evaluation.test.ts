import {describe, expect, it} from 'vitest';
import {configHash} from '../../src/experiment/config-hash.js';
import {differences, differenceText} from '../../src/experiment/difference.js';
import {failureOf, tinyExperiment, tinyYaml} from '../helpers/experiments.js';

describe('the evaluation of an experiment', () => {
  it.each([
    ['threshold: 0.6', 'threshold: Expected one of 0.5, balanced, f1; received 0.6'],
    ['threshold: balance', 'received "balance". Did you mean balanced?'],
    ['calibrate: temprature', 'Expected one of none, temperature; received "temprature". Did you'],
    ['treshold: f1', 'treshold: This key is not known here. Expected one of threshold, calibrate'],
  ])('refuses %s and says what it expects', (line, message) => {
    expect(failureOf(`${tinyYaml}evaluation: {${line}}\n`).message).toContain(message);
  });

  it('is a half and no calibration where a file does not name it', () => {
    expect(tinyExperiment().evaluation).toMatchObject({threshold: 0.5, calibrate: 'none'});
  });

  it('decides the result, so another threshold is another configuration', () => {
    const [half, f1] = [tinyExperiment(), tinyExperiment('evaluation.threshold=f1')];
    expect(configHash(f1)).not.toBe(configHash(half));
    expect(differences(half, f1).map(differenceText)).toEqual([
      'evaluation.threshold: 0.5 before, "f1" now',
    ]);
  });
});
