import {expect} from 'vitest';

/**
 * TensorFlow adds up in another order where a batch has another size, on some processors: the last
 * digits of float32 differ, and nothing else may.
 */
const ROUNDING = 2e-6;

/** Compares texts number by number: whole numbers and words are the same, fractions to rounding. */
export function expectSamePredictions(actual: string, expected: string): void {
  const fraction = /\b[01]\.\d+(?:e-\d+)?\b/g;
  expect(actual.replace(fraction, '#')).toBe(expected.replace(fraction, '#'));
  const numbers = [actual, expected].map(text => (text.match(fraction) ?? []).map(Number));
  const [got = [], wanted = []] = numbers;
  const differences = got.map((value, index) => Math.abs(value - (wanted[index] ?? NaN)));
  expect(Math.max(0, ...differences)).toBeLessThan(ROUNDING);
}
