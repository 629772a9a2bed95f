import {readFileSync} from 'node:fs';
import {describe, expect, it} from 'vitest';
import {parzenEstimator, type Axis, type Estimator} from '../../../src/app/search/parzen.js';
import {seededRandom} from '../../../src/util/random.js';

/** What Optuna computed: `test/fixtures/search/parzen.py`. */
type Case = {axis: Axis; observations: number[]; points: number[]; densities: number[]};
const file = new URL('../../fixtures/search/parzen.json', import.meta.url);
const cases = JSON.parse(readFileSync(file, 'utf8')) as Case[];

describe('the Parzen estimator', () => {
  it('has the densities that Optuna computes', () => {
    expect(cases).toHaveLength(33);
    for (const {axis, observations, points, densities} of cases) {
      const estimator = parzenEstimator(observations, axis);
      points.forEach((point, index) => {
        const relative = estimator.density(point) / densities[index]! - 1;
        expect(Math.abs(relative), JSON.stringify({axis, observations, point})).toBeLessThan(1e-9);
      });
    }
  });

  it('draws values by their density, within the axis', () => {
    const random = seededRandom(5);
    const integers = parzenEstimator([3, 4, 4, 9], {low: 3, high: 10, step: 1});
    const choices = parzenEstimator([2, 2, 2, 0], {choices: 3});
    const drawn: readonly (readonly [Estimator, readonly number[]])[] = [
      [integers, [3, 4, 5, 6, 7, 8, 9, 10]],
      [choices, [0, 1, 2]],
    ];
    for (const [estimator, values] of drawn) {
      const draws = Array.from({length: 5_000}, () => estimator.sample(random));
      const sum = values.reduce((total, value) => total + estimator.density(value), 0);
      expect(sum).toBeCloseTo(1, 10);
      for (const value of values) {
        const fraction = draws.filter(draw => draw === value).length / draws.length;
        expect(fraction).toBeCloseTo(estimator.density(value), 1.5);
      }
    }
    const numbers = parzenEstimator([0, 0, 1], {low: 0, high: 1, step: 0});
    const draws = Array.from({length: 5_000}, () => numbers.sample(random));
    expect(Math.min(...draws)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...draws)).toBeLessThanOrEqual(1);
    for (let bin = 0; bin < 10; bin++) {
      const inside = draws.filter(draw => draw >= bin / 10 && draw < (bin + 1) / 10).length;
      const points = Array.from({length: 100}, (_, index) => (bin + (index + 0.5) / 100) / 10);
      const expected = points.reduce((sum, point) => sum + numbers.density(point), 0) / 1000;
      expect(inside / draws.length).toBeCloseTo(expected, 1.5);
    }
  });
});
