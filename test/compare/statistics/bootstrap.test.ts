import {describe, expect, it} from 'vitest';
import {BinomialSampler} from '../../../src/compare/statistics/binomial-sampler.js';
import {pairedBootstrap} from '../../../src/compare/statistics/paired-bootstrap.js';
import {seededRandom} from '../../../src/util/random.js';
import {values} from '../../helpers/statistics-values.js';

describe('the paired bootstrap', () => {
  it.each(values.bootstrap)(
    'of $onlyFirst against $onlySecond in $images finds the interval of resampling every image',
    ({interval, standardDeviation, ...counts}) => {
      const [low, high] = pairedBootstrap(counts);
      // The 2.5 % point of 10,000 resamples has a standard error of about 0.027 deviations.
      const allowed = Math.max(0.1 * standardDeviation, 1 / counts.images);
      expect(Math.abs(low - interval[0])).toBeLessThanOrEqual(allowed + 1e-12);
      expect(Math.abs(high - interval[1])).toBeLessThanOrEqual(allowed + 1e-12);
    },
  );

  it('gives the same bytes for the same seed, others for another', () => {
    const counts = {onlyFirst: 900, onlySecond: 801, images: 20_000};
    expect(pairedBootstrap(counts)).toEqual(pairedBootstrap(counts));
    expect(pairedBootstrap(counts, {seed: 2})).not.toEqual(pairedBootstrap(counts, {seed: 3}));
  });

  it('turns round with its models', () => {
    const [low, high] = pairedBootstrap({onlyFirst: 9, onlySecond: 40, images: 300});
    const [otherLow, otherHigh] = pairedBootstrap({onlyFirst: 40, onlySecond: 9, images: 300});
    expect(low).toBeCloseTo(-otherHigh, 1);
    expect(high).toBeCloseTo(-otherLow, 1);
    expect(high).toBeLessThan(0);
  });

  it('says nothing of no images, and [0, 0] of models that never disagree', () => {
    expect(pairedBootstrap({onlyFirst: 0, onlySecond: 0, images: 0})).toEqual([NaN, NaN]);
    expect(pairedBootstrap({onlyFirst: 0, onlySecond: 0, images: 9})).toEqual([0, 0]);
  });
});

describe('binomial draws', () => {
  it.each([
    [1, 0.5],
    [40, 0.03],
    [40, 0.97],
    [20_000, 0.085],
  ])('of %i trials with %d have its mean and variance', (trials, share) => {
    const sampler = new BinomialSampler(trials, share);
    const random = seededRandom(7);
    const draws = Array.from({length: 20_000}, () => sampler.draw(random));
    const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
    const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
    const expected = trials * share * (1 - share);
    expect(Math.abs(mean - trials * share)).toBeLessThan(5 * Math.sqrt(expected / draws.length));
    expect(variance / expected).toBeCloseTo(1, 1);
    expect(draws.every(draw => Number.isInteger(draw) && draw >= 0 && draw <= trials)).toBe(true);
  });

  it('of what never or always happens are certain', () => {
    const random = seededRandom(1);
    expect(new BinomialSampler(9, 0).draw(random)).toBe(0);
    expect(new BinomialSampler(9, 1).draw(random)).toBe(9);
    expect(new BinomialSampler(0, 0.5).draw(random)).toBe(0);
  });
});
