import {describe, expect, it} from 'vitest';
import {
  chiSquaredTail,
  normalQuantile,
  studentQuantile,
  studentTails,
} from '../../../src/compare/statistics/distributions.js';
import {overSeeds, pairedTTest} from '../../../src/compare/statistics/over-seeds.js';
import {wilsonInterval} from '../../../src/compare/statistics/accuracy-interval.js';
import {expectClose, values} from '../../helpers/statistics-values.js';

describe('the distributions', () => {
  const {distributions} = values;
  it('are those of scipy', () => {
    for (const [share, freedom, value] of distributions.studentQuantile)
      expectClose(studentQuantile(share, freedom), value);
    for (const [t, freedom, p] of distributions.studentTails) {
      expectClose(studentTails(t, freedom), p);
      expectClose(studentTails(-t, freedom), p);
    }
    for (const [value, p] of distributions.chiSquaredTail) expectClose(chiSquaredTail(value), p);
    for (const [share, value] of distributions.normalQuantile)
      expectClose(normalQuantile(share), value);
  });

  it('pass from t to the normal distribution without a step', () => {
    expect(studentQuantile(0.975, Infinity)).toBeCloseTo(studentQuantile(0.975, 1e6), 5);
    expect(studentTails(2.2, Infinity)).toBeCloseTo(studentTails(2.2, 1e6), 6);
  });
});

describe("Wilson's interval", () => {
  // Newcombe 1998, Statistics in Medicine 17, table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('of %i in %i is the published one', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval[0]).toBeCloseTo(low, 4);
    expect(interval[1]).toBeCloseTo(high, 4);
  });

  it.each(values.wilson)('of $successes in $trials is that of statsmodels', value => {
    const [low, high] = wilsonInterval(value.successes, value.trials);
    expectClose(low, value.interval[0]);
    expectClose(high, value.interval[1]);
  });

  it('of nothing is not a number', () => expect(wilsonInterval(0, 0)).toEqual([NaN, NaN]));
});

describe('a number over seeds', () => {
  it.each(values.seeds)('has the mean, spread, interval and p of scipy ($mean)', value => {
    const result = pairedTTest(value.values);
    expectClose(result.mean, value.mean);
    expectClose(result.standardDeviation, value.standardDeviation);
    expectClose(result.interval[0], value.interval[0]);
    expectClose(result.interval[1], value.interval[1]);
    expectClose(result.p, value.p);
    expect(overSeeds(value.values)).toMatchObject({seeds: value.values.length});
  });

  // Student 1908, Biometrika 6: additional hours of sleep of ten patients, t = 4.0621.
  it("gives the t of Student's own example", () => {
    const result = pairedTTest([1.2, 2.4, 1.3, 1.3, 0, 1, 1.8, 0.8, 4.6, 1.4]);
    expect(result.mean).toBeCloseTo(1.58, 10);
    expect(result.p).toBeCloseTo(0.00283, 5);
  });

  it('has no interval for one seed, and nothing at all for none', () => {
    expect(overSeeds([0.9])).toEqual({
      mean: 0.9,
      standardDeviation: NaN,
      interval: [NaN, NaN],
      seeds: 1,
    });
    expect(overSeeds([])).toMatchObject({mean: NaN, seeds: 0});
    expect(overSeeds([0.9, NaN])).toMatchObject({mean: NaN});
    expect(pairedTTest([0.01]).p).toBeNaN();
  });

  it('is never certain because two seeds agree to the bit', () => {
    expect(pairedTTest([0.885 - 0.88, 0.875 - 0.87]).p).toBeNaN();
    expect(pairedTTest([0, 0]).p).toBe(1);
  });
});
