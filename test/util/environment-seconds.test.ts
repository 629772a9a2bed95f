import {describe, expect, it} from 'vitest';
import {
  CHECKPOINT_SECONDS,
  millisecondsFrom,
  STUCK_SECONDS,
} from '../../src/util/environment-seconds.js';

describe('a time that the environment sets', () => {
  it('is in milliseconds, and undefined where it is not set', () => {
    expect(millisecondsFrom({}, STUCK_SECONDS)).toBeUndefined();
    expect(millisecondsFrom({[STUCK_SECONDS]: ' '}, STUCK_SECONDS)).toBeUndefined();
    expect(millisecondsFrom({[STUCK_SECONDS]: '2.5'}, STUCK_SECONDS)).toBe(2500);
    expect(millisecondsFrom({[CHECKPOINT_SECONDS]: '0'}, CHECKPOINT_SECONDS)).toBe(0);
  });

  it.each(['ten', '-1', 'Infinity', '5s', 'NaN'])('is refused where it is %s', text => {
    for (const name of [STUCK_SECONDS, CHECKPOINT_SECONDS] as const)
      expect(() => millisecondsFrom({[name]: text}, name)).toThrow(
        `${name}: expected a number of seconds`,
      );
  });

  it('is refused where a trainer would be ended at once', () => {
    expect(() => millisecondsFrom({[STUCK_SECONDS]: '0'}, STUCK_SECONDS)).toThrow('more than 0');
  });
});
