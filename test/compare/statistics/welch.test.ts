import {describe, expect, it} from 'vitest';
import {welchTest} from '../../../src/compare/space-effects.js';

describe("Welch's t test", () => {
  it('agrees with scipy 1.17.1: ttest_ind(first, second, equal_var=False)', () => {
    const test = welchTest([0.81, 0.84, 0.79, 0.9], [0.7, 0.72, 0.66, 0.75, 0.71])!;
    expect(test.difference).toBeCloseTo(0.127, 12);
    expect(test.p).toBeCloseTo(0.0059330210179, 10);
    expect(test.ciLow).toBeCloseTo(0.0552883326529, 10);
    expect(test.ciHigh).toBeCloseTo(0.1987116673471, 10);
  });

  it('tests nothing with a single value, or without any spread', () => {
    expect(welchTest([0.8], [0.7, 0.6])).toBeUndefined();
    expect(welchTest([0.8, 0.8], [0.7, 0.7])).toBeUndefined();
  });
});
