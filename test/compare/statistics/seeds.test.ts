import {describe, expect, it} from 'vitest';
import {accuracyInterval} from '../../../src/compare/statistics/accuracy-interval.js';
import {pairedTTest} from '../../../src/compare/statistics/over-seeds.js';
import {pairedScoreInterval} from '../../../src/compare/statistics/paired-tests.js';
import {overSeedsAndImages} from '../../../src/compare/statistics/seeds-and-images.js';
import {signFlipTest} from '../../../src/compare/statistics/paired-tests.js';
import {wilsonInterval} from '../../../src/compare/statistics/accuracy-interval.js';
import {expectClose, seedValues} from '../../helpers/statistics-values.js';

/** So many images, of which those from `first` on have a value. */
function row(images: number, first: number, count: number, value: number): Int8Array {
  return new Int8Array(images).fill(value, first, first + count);
}

function ones(images: number, count: number): Uint8Array {
  return new Uint8Array(images).fill(1, 0, count);
}

describe("Tango's score interval", () => {
  it.each(seedValues.pairedScore)(
    'of $firstOnlyCorrect against $secondOnlyCorrect in $images is that of a search by likelihood',
    ({interval, ...counts}) => {
      const [low, high] = pairedScoreInterval(counts);
      expect(low).toBeCloseTo(interval[0], 6);
      expect(high).toBeCloseTo(interval[1], 6);
    },
  );

  it('has a width where the models never disagree, and stays within -1 to 1', () => {
    const [low, high] = pairedScoreInterval({
      firstOnlyCorrect: 0,
      secondOnlyCorrect: 0,
      images: 500,
    });
    expect(high).toBeGreaterThan(0.003);
    expect(low).toBeCloseTo(-high, 10);
    for (const images of [1, 2, 20]) {
      const [least, most] = pairedScoreInterval({
        firstOnlyCorrect: images,
        secondOnlyCorrect: 0,
        images,
      });
      expect(most).toBe(1);
      expect(least).toBeGreaterThan(-1);
    }
    expect(pairedScoreInterval({firstOnlyCorrect: 0, secondOnlyCorrect: 0, images: 0})).toEqual([
      NaN,
      NaN,
    ]);
  });
});

describe('the test of signs', () => {
  it.each(seedValues.signFlip)('of $sums is what counting all patterns gives', ({sums, p}) => {
    expectClose(signFlipTest(sums), p);
    expectClose(signFlipTest(sums.map(sum => -sum)), p);
  });

  it('is 1 where no image favours either', () => expect(signFlipTest([0, 0])).toBe(1));
});

describe('a difference over seeds and images', () => {
  it.each(seedValues.seedsAndImages)(
    'has the interval and p of an analysis of variance by least squares ($difference)',
    value => {
      const result = overSeedsAndImages(value.rows.map(cells => Int8Array.from(cells)));
      expectClose(result.difference, value.difference);
      expect(result.interval[0]).toBeCloseTo(value.interval[0], 6);
      expect(result.interval[1]).toBeCloseTo(value.interval[1], 6);
      expect(result.p).toBeCloseTo(value.p, 7);
    },
  );

  it('is the paired t test over seeds where images add nothing', () => {
    // Each seed favours the first on other images: no image stands out.
    const rows = [30, 34, 38].map((count, seed) => row(300, 100 * seed, count, 1));
    const {p} = pairedTTest([0.1, 34 / 300, 38 / 300]);
    expectClose(overSeedsAndImages(rows).p, p);
  });

  it('is not certain because both seeds agree: other images might not', () => {
    const rows = [row(200, 0, 3, 1), row(200, 0, 3, 1)];
    const {p, interval} = overSeedsAndImages(rows);
    expect(p).toBe(0.25);
    expect(interval[0]).toBeLessThan(0);
  });

  it('of two seeds never leaves -100 to 100 points, and detects nothing where they differ', () => {
    const rows = [row(200, 0, 60, 1), row(200, 0, 60, -1)];
    const {interval, p, minimumDetectable} = overSeedsAndImages(rows);
    expect(interval[0]).toBeGreaterThanOrEqual(-1);
    expect(interval[1]).toBeLessThanOrEqual(1);
    expect(p).toBe(1);
    expect(minimumDetectable(0.05)).toBeNaN();
  });

  it('has the width that the images allow where every prediction is the same', () => {
    const {difference, p, interval, minimumDetectable} = overSeedsAndImages([
      new Int8Array(50),
      new Int8Array(50),
    ]);
    expect({difference, p}).toEqual({difference: 0, p: 1});
    expect(interval[1]).toBeGreaterThan(0.02);
    expect(minimumDetectable(0.05)).toBeGreaterThan(0.05);
  });

  it('says nothing certain of a single image', () => {
    const {p, interval, minimumDetectable} = overSeedsAndImages([Int8Array.of(1), Int8Array.of(1)]);
    expect(p).toBe(1);
    expect(interval[0]).toBeLessThan(0);
    expect(minimumDetectable(0.05)).toBeNaN();
  });
});

describe('the accuracy over seeds', () => {
  it.each(seedValues.accuracy)(
    "has Wilson's interval on the effective images ($interval)",
    ({rows, interval}) => {
      const found = accuracyInterval(
        rows.map(cells => Uint8Array.from(cells)),
        true,
      );
      expectClose(found[0], interval[0]);
      expectClose(found[1], interval[1]);
    },
  );

  it('of two seeds that agree is as uncertain as one on these images', () => {
    const [low, high] = accuracyInterval([ones(500, 378), ones(500, 378)], true);
    const [least, most] = wilsonInterval(378, 500);
    expect(low).toBeLessThanOrEqual(least);
    expect(high).toBeGreaterThanOrEqual(most);
    expect(high - low).toBeLessThan(0.08);
  });

  it.each([1, 2, 500])('of seeds that are all right or all wrong on %i images has a width', n => {
    for (const sameImages of [true, false]) {
      const [low, high] = accuracyInterval([ones(n, n), ones(n, n)], sameImages);
      expect(high).toBe(1);
      expect(low).toBeLessThan(0.999);
      expect(accuracyInterval([ones(n, 0), ones(n, 0)], sameImages)[0]).toBe(0);
    }
  });

  it('stays within 0 to 1 however much two seeds differ', () => {
    const [low, high] = accuracyInterval([ones(200, 199), ones(200, 120)], true);
    expect(low).toBeGreaterThanOrEqual(0);
    expect(high).toBeLessThanOrEqual(1);
  });

  it("is Wilson's for one seed, and nothing without images", () => {
    expect(accuracyInterval([ones(200, 177)], true)).toEqual(wilsonInterval(177, 200));
    expect(accuracyInterval([], true)).toEqual([NaN, NaN]);
    expect(accuracyInterval([new Uint8Array(0)], true)).toEqual([NaN, NaN]);
  });
});
