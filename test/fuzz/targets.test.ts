import {describe, expect, it} from 'vitest';
import {fuzzTargets} from '../helpers/fuzz/targets.js';

const SEED = 20_261_124;

describe('bad input', () => {
  it.each(fuzzTargets)('$name: $promise', async target => {
    const {failure, cases, taken} = await target.examine({seed: SEED, count: target.quick});
    expect(failure === undefined ? '' : `${failure.shown}\n${failure.error}`).toBe('');
    expect(taken / cases, 'share of inputs that reach more than a refusal').toBeGreaterThan(0.1);
  });
});
