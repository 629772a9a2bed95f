import {describe, expect, it} from 'vitest';
import {chosenRate, rangeTest} from '../../src/training/lr-range/range-test.js';

/** A loss that is level below 1e-4, falls to 0.2 at 0.1, and then grows. */
function lossAt(rate: number): number {
  const power = Math.log10(rate);
  if (power < -4) return 0.7;
  if (power < -1) return 0.7 - (0.5 * (power + 4)) / 3;
  return 0.2 * 10 ** (2 * (power + 1));
}

const range = {from: 1e-6, to: 10, steps: 140, onProgress: () => {}};

describe('a learning-rate range test', () => {
  it('raises the rate by the same factor at each step, and names a tenth of the lowest point', async () => {
    const seen: number[] = [];
    const result = await rangeTest({
      ...range,
      train: rates => {
        seen.push(...rates);
        return Promise.resolve(rates.map(lossAt));
      },
    });
    expect(seen[0]).toBe(1e-6);
    for (let at = 1; at < seen.length; at++)
      expect(seen[at]! / seen[at - 1]!).toBeCloseTo(1e7 ** (1 / 139), 8);
    expect(Math.log10(result.lowest.rate)).toBeCloseTo(-1, 0);
    expect(result.learningRate).toBe(Number((result.lowest.rate / 10).toPrecision(2)));
    expect(result.steepest.rate).toBeGreaterThan(1e-4);
    expect(result.steepest.rate).toBeLessThan(result.lowest.rate);
  });

  it('ends where the loss has grown to four times its lowest', async () => {
    let steps = 0;
    const result = await rangeTest({
      ...range,
      train: rates => {
        steps += rates.length;
        return Promise.resolve(rates.map(lossAt));
      },
    });
    expect(result.isDiverged).toBe(true);
    expect(steps).toBeLessThan(range.steps);
    expect(result.points).toHaveLength(steps);
    const whole = await rangeTest({
      ...{...range, to: 0.05},
      train: rates => Promise.resolve(rates.map(lossAt)),
    });
    expect(whole.isDiverged).toBe(false);
    expect(whole.points).toHaveLength(range.steps);
  });

  it('ends where the loss is not finite, and chooses among what was before', async () => {
    const result = await rangeTest({
      ...range,
      train: rates => Promise.resolve(rates.filter(rate => rate < 0.01).map(lossAt)),
    });
    expect(result.isDiverged).toBe(true);
    expect(result.points.at(-1)!.rate).toBeLessThan(0.01);
    expect(result.learningRate).toBeLessThanOrEqual(0.001);
  });

  it('names no rate where the loss does not fall', () => {
    const points = Array.from({length: 40}, (_, at) => ({
      rate: 10 ** (at / 8 - 6),
      loss: 0.7 + at,
    }));
    expect(chosenRate(points, 40).learningRate).toBeUndefined();
  });

  it('is not misled by the noise of single batches', () => {
    const points = Array.from({length: 140}, (_, at) => {
      const rate = 1e-6 * 1e7 ** (at / 139);
      return {rate, loss: lossAt(rate) + (at === 20 ? -0.6 : (at % 2) * 0.05)};
    });
    expect(Math.log10(chosenRate(points, 140).lowest.rate)).toBeCloseTo(-1, 0);
  });
});
