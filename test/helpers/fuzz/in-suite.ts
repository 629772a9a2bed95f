import {describe, expect, it} from 'vitest';
import type {FuzzTarget} from './target.js';

const SEED = 20_261_124;
/** Where less is taken, the inputs try little but the first check. */
const LEAST_TAKEN = 0.1;

/** Tries the same inputs of each target every time. */
export function tryTargets(targets: readonly FuzzTarget[]): void {
  describe('bad input', () => {
    it.each(targets)('$name: $promise', async target => {
      const {failure, cases, taken} = await target.examine({seed: SEED, count: target.quick});
      expect(failure === undefined ? '' : `${failure.shown}\n${failure.error}`).toBe('');
      expect(taken / cases, 'share of the inputs that are taken').toBeGreaterThan(LEAST_TAKEN);
    });
  });
}
