import {readFileSync} from 'node:fs';
import {expect} from 'vitest';
import type {Confusion} from '../../src/compare/statistics/confusion.js';
import type {Rates} from '../../src/compare/statistics/rates.js';

type Pair = [number, number];

/** What scipy, statsmodels and scikit-learn computed: `test/fixtures/statistics/generate.py`. */
type Values = {
  wilson: {successes: number; trials: number; interval: Pair}[];
  mcnemar: {onlyFirst: number; onlySecond: number; p: number}[];
  holm: {p: number[]; corrected: number[]}[];
  seeds: {
    values: number[];
    mean: number;
    standardDeviation: number;
    interval: Pair;
    p: number;
  }[];
  heads: {
    labels: number[];
    probabilities: number[];
    confusion: Confusion;
    rates: Rates;
    auc: number;
    counts: number[];
    shares: number[];
    confidences: number[];
    calibrationError: number;
  }[];
  bootstrap: {
    onlyFirst: number;
    onlySecond: number;
    images: number;
    interval: Pair;
    standardDeviation: number;
  }[];
  smallest: {images: number; disagreement: number; difference: number; power: number}[];
  seedsAndImages: {
    rows: number[][];
    difference: number;
    interval: Pair;
    p: number;
    standardError: number;
  }[];
  distributions: {
    studentQuantile: [number, number, number][];
    studentTails: [number, number, number][];
    chiSquaredTail: Pair[];
    normalQuantile: Pair[];
  };
};

export const values = JSON.parse(
  readFileSync(new URL('../fixtures/statistics/values.json', import.meta.url), 'utf8'),
) as Values;

/** To seven digits of the value; a p under 1e-13 need only be as small. */
export function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-13 + 1e-7 * Math.abs(expected));
}
