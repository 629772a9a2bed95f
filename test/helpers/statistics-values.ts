import {readFileSync} from 'node:fs';
import {expect} from 'vitest';
import type {Confusion} from '../../src/compare/statistics/classification.js';
import type {Rates} from '../../src/compare/statistics/classification.js';

type Pair = [number, number];

/** What scipy, statsmodels and scikit-learn computed: `test/fixtures/statistics/generate.py`. */
type Values = {
  wilson: {successes: number; trials: number; interval: Pair}[];
  mcnemar: {firstOnlyCorrect: number; secondOnlyCorrect: number; p: number}[];
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
  smallest: {images: number; disagreement: number; difference: number; power: number}[];
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

/** What numpy and scipy computed: `test/fixtures/statistics/seeds-and-images.py`. */
type SeedValues = {
  pairedScore: {
    firstOnlyCorrect: number;
    secondOnlyCorrect: number;
    images: number;
    interval: Pair;
  }[];
  signFlip: {sums: number[]; p: number}[];
  seedsAndImages: {rows: number[][]; difference: number; interval: Pair; p: number}[];
  accuracy: {rows: number[][]; interval: Pair}[];
};

export const seedValues = JSON.parse(
  readFileSync(new URL('../fixtures/statistics/seeds-and-images.json', import.meta.url), 'utf8'),
) as SeedValues;

/** To seven digits of the value; a p under 1e-13 need only be as small. */
export function expectClose(actual: number, expected: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(1e-13 + 1e-7 * Math.abs(expected));
}
