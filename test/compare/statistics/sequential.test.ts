import {describe, expect, it} from 'vitest';
import {LookLevels, spentLevel} from '../../../src/compare/statistics/alpha-spending.js';
import {studentQuantile} from '../../../src/compare/statistics/distributions.js';
import {pairedTTest} from '../../../src/compare/statistics/over-seeds.js';
import {overSeedsAndImages} from '../../../src/compare/statistics/seeds-and-images.js';
import {
  SequentialDecisions,
  SequentialTest,
  type LookResult,
} from '../../../src/compare/statistics/sequential.js';
import {seededRandom} from '../../../src/util/random.js';
import {SimulatedDesigns, trueDifference} from '../../helpers/simulated-designs.js';

const LOOKS = {first: 3, last: 10};

/** A row of one image per seed: the t test over seeds sees nothing but these values. */
function normals(random: () => number, count: number): number[] {
  return Array.from(
    {length: count},
    () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()),
  );
}

/** Whether a t test of a growing number of values crosses its level at any look. */
function crosses(values: readonly number[], limits: readonly number[], sides: 1 | 2): boolean {
  return limits.some((limit, look) => {
    const {mean, standardDeviation, seeds} = pairedTTest(values.slice(0, LOOKS.first + look));
    const t = mean / (standardDeviation / Math.sqrt(seeds));
    return (sides === 2 ? Math.abs(t) : t) >= limit;
  });
}

describe('the levels of looks', () => {
  it('spend what Lan and DeMets give for the limits of O’Brien and Fleming', () => {
    expect(spentLevel(0.05, 1)).toBeCloseTo(0.05, 12);
    // 2 - 2 Phi(1.959964 / sqrt(0.5)), and the one-sided 0.025 of five looks in their table.
    expect(spentLevel(0.05, 0.5)).toBeCloseTo(0.005575, 6);
    expect(spentLevel(0.025, 0.4)).toBeCloseTo(0.000394, 6);
  });

  it('of a single look is the level itself', () => {
    const [level] = new LookLevels({first: 3, last: 3}, 2).of(0.05);
    expect(level).toBeCloseTo(0.05, 10);
  });

  it('rise, and end below the level of all looks together', () => {
    const levels = new LookLevels(LOOKS, 2).of(0.05);
    expect(levels).toHaveLength(8);
    expect(levels).toEqual([...levels].sort((a, b) => a - b));
    expect(levels[0]).toBeCloseTo(spentLevel(0.05, 0.3), 6);
    expect(levels.at(-1)).toBeLessThan(0.04);
  });

  it.each([1, 2] as const)(
    'make the t tests of all looks together wrong in 5 of 100 cases (%i sides)',
    sides => {
      const random = seededRandom(3);
      const limits = new LookLevels(LOOKS, sides)
        .of(0.05)
        .map((level, look) => studentQuantile(1 - level / sides, LOOKS.first + look - 1));
      const trials = 20_000;
      let wrong = 0;
      for (let trial = 0; trial < trials; trial++)
        if (crosses(normals(random, LOOKS.last), limits, sides)) wrong += 1;
      // Three standard errors.
      expect(Math.abs(wrong / trials - 0.05)).toBeLessThan(3 * Math.sqrt((0.05 * 0.95) / trials));
    },
  );
});

describe('p after looks', () => {
  const test = new SequentialTest(LOOKS, 2);

  it.each([0.3, 0.05, 0.025, 0.001])('is %d exactly where a look has its level', alpha => {
    test.levels(alpha).forEach((level, look) => {
      const before = Array.from({length: look}, () => 1);
      expect(test.p([...before, level])).toBeGreaterThan(0.995 * alpha);
      expect(test.p([...before, level])).toBeLessThan(1.005 * alpha);
    });
  });

  it('never rises with further looks, and takes a p that is none for 1', () => {
    const first = test.p([1, 0.0001]);
    expect(test.p([1, 0.0001, 0.9, 0.9])).toBe(first);
    expect(test.p([Number.NaN, 0.0001])).toBe(first);
    expect(test.p([])).toBe(1);
  });

  it('is larger than p of a single look, the earlier the more', () => {
    const early = test.p([0.01]);
    const late = test.p([1, 1, 1, 1, 1, 1, 1, 0.01]);
    expect(early).toBeGreaterThan(late);
    expect(late).toBeGreaterThan(0.01);
  });
});

describe('a difference that is smaller than a margin', () => {
  const rows = (...counts: readonly number[]): Int8Array[] =>
    counts.map((count, seed) => new Int8Array(400).fill(1, 100 * seed, 100 * seed + count));

  it('is never shown where the observed difference is the margin or more', () => {
    const {equivalence, difference} = overSeedsAndImages(rows(30, 34, 38));
    expect(equivalence(Math.abs(difference))).toBe(1);
    expect(equivalence(0.01)).toBe(1);
  });

  it('has the p of two one-sided t tests over seeds where images add nothing', () => {
    const {equivalence, difference} = overSeedsAndImages(rows(2, 26, 4, 20));
    const shifted = [2, 26, 4, 20].map(count => count / 400 - 0.08);
    const {p} = pairedTTest(shifted);
    expect(difference).toBeCloseTo(0.0325, 10);
    expect(equivalence(0.08)).toBeCloseTo(p / 2, 8);
  });

  it('needs as many images as a score test does, however well seeds agree', () => {
    const {equivalence} = overSeedsAndImages([new Int8Array(50), new Int8Array(50)]);
    expect(equivalence(0.02)).toBeGreaterThan(0.15);
    expect(equivalence(0.2)).toBeLessThan(0.001);
  });

  it('is wrongly said of designs that differ by the margin in at most 5 of 100 cases', () => {
    const simulated = new SimulatedDesigns(seededRandom(5));
    const spread = {seed: 0.1, image: 0.3, both: 0.5};
    const margin = trueDifference(spread, 0.4);
    const trials = 400;
    let wrong = 0;
    for (let trial = 0; trial < trials; trial++) {
      const {equivalence} = overSeedsAndImages(simulated.differences(5, 200, spread, 0.4));
      if (equivalence(margin) <= 0.05) wrong += 1;
    }
    expect(wrong / trials).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / trials));
  });
});

describe('decisions at looks', () => {
  const decisions = new SequentialDecisions(LOOKS);
  const open: LookResult = {difference: 0.01, p: 0.5, pSmaller: 0.5};
  const better: LookResult = {difference: -0.1, p: 1e-6, pSmaller: 1};
  const smaller: LookResult = {difference: 0.001, p: 0.9, pSmaller: 1e-6};

  it('are open before the first look, and while p is above the level of the look', () => {
    expect(decisions.decide([[]])).toEqual([
      {outcome: 'open', look: -1, pAdjusted: 1, pSmallerAdjusted: 1},
    ]);
    // Significant by itself, but not for the first of eight looks.
    expect(decisions.decide([[{...open, p: 0.04}]])[0]).toMatchObject({outcome: 'open', look: 0});
  });

  it('name the better design, or that the difference is smaller than the margin', () => {
    expect(
      decisions.decide([
        [open, better],
        [open, smaller],
      ]),
    ).toMatchObject([
      {outcome: 'second better', look: 1},
      {outcome: 'smaller', look: 1},
    ]);
  });

  it('stay as they were at the look that decided, whatever later looks say', () => {
    const [decision] = decisions.decide([[better, open, open]]);
    expect(decision).toMatchObject({outcome: 'second better', look: 0});
    expect(decisions.decide([[better]])[0]).toEqual(decision);
    expect(decisions.decide([[better, {...better, difference: 0.3}]])[0]).toEqual(decision);
  });

  it('call a difference a difference, however small it is', () => {
    const both = {difference: 0.002, p: 1e-6, pSmaller: 1e-6};
    expect(decisions.decide([[both]])[0]?.outcome).toBe('first better');
  });

  it('are corrected for the number of tests (Holm), those of other looks included', () => {
    const levels = decisions.levels(2);
    const half = {...open, p: levels[2]! * 0.999};
    expect(
      decisions.decide([
        [open, open, half],
        [open, open, open],
      ])[0]?.outcome,
    ).toBe('first better');
    const whole = {...open, p: decisions.levels(1)[2]! * 0.999};
    expect(
      decisions.decide([
        [open, open, whole],
        [open, open, open],
      ])[0]?.outcome,
    ).toBe('open');
    expect(decisions.decide([[open, open, whole], [better]])[0]?.outcome).toBe('first better');
  });

  it('find a difference in at most 5 of 100 pairs of equal designs, and save seeds where there is one', () => {
    const simulated = new SimulatedDesigns(seededRandom(7));
    const spread = {seed: 0, image: 0.5, both: 0.4};
    const looksAt = (mean: number): LookResult[] => {
      const rows = simulated.differences(LOOKS.last, 200, spread, mean);
      return rows.slice(LOOKS.first - 1).map((_, look) => {
        const {difference, p} = overSeedsAndImages(rows.slice(0, LOOKS.first + look));
        return {difference, p, pSmaller: 1};
      });
    };
    const trials = 100;
    const ofNull = Array.from({length: trials}, () => decisions.decide([looksAt(0)])[0]!);
    const ofTrue = Array.from({length: trials}, () => decisions.decide([looksAt(0.5)])[0]!);
    const wrong = ofNull.filter(({outcome}) => outcome !== 'open').length;
    expect(wrong / trials).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / trials));
    expect(ofTrue.filter(({outcome}) => outcome === 'first better').length).toBeGreaterThan(90);
    const seeds = ofTrue.reduce((sum, {look}) => sum + LOOKS.first + look, 0) / trials;
    expect(seeds).toBeLessThan(0.7 * LOOKS.last);
  });
});
