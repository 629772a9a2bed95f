import {describe, expect, it} from 'vitest';
import {checkEnvironment} from '../../src/training/trainer/continuation.js';

const dataset = {fingerprint: 'data', decoder: 'tensorflow-area-2'};
const versions = {backend: 'TensorFlow 2', decoder: 'tensorflow-area-2'};
const now = {dataset, backend: 'TensorFlow 2'};

describe('what a run resumes with', () => {
  it('needs no word where it is what the run started with', () => {
    const before = {dataRoot: 'd', dataFingerprint: 'data', versions};
    expect(checkEnvironment(before, now)).toBeUndefined();
    expect(checkEnvironment({dataRoot: 'd', versions: {}}, now)).toBeUndefined();
  });

  it('is refused where images or labels changed', () => {
    const before = {dataRoot: '/photographs', dataFingerprint: 'gone', versions};
    expect(() => checkEnvironment(before, now)).toThrow(
      '/photographs: the images or labels changed since the run began. Expected the data gone; received data.',
    );
  });

  it('may be another decoder or backend on the same data, which is said', () => {
    const before = {
      dataRoot: 'd',
      dataFingerprint: 'data',
      versions: {backend: 'wasm', decoder: 'sharp-area-2'},
    };
    expect(checkEnvironment(before, now)).toBe(
      'The run trained on wasm before, and resumes with TensorFlow 2. ' +
        'The run decoded its images with sharp-area-2 before, and resumes with tensorflow-area-2. ' +
        'Its results may differ in their last digits.',
    );
  });
});
