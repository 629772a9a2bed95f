import {setImmediate as nextTurn} from 'node:timers/promises';
import {describe, expect, it} from 'vitest';
import {FEWEST_IMAGES} from '../../src/experiment/slices.js';
import type {MeasuredGroup} from '../../src/compare/groups.js';
import {slicesOfGroups} from '../../src/compare/slices.js';
import {testWorstSlices} from '../../src/compare/worst-slice.js';
import {normalTails} from '../../src/compare/statistics/distributions.js';
import {seededRandom} from '../../src/util/random.js';
import {slicedGroup, type SlicedRun} from '../helpers/sliced-groups.js';

/**
 * `npm run reliability -- slices`: how often the intervals of the worst slice and of gaps contain the
 * truth, on simulated designs. docs/results.md holds what it printed.
 */

const TRIALS = 400;
const MARGIN = 3 * Math.sqrt((0.05 * 0.95) / TRIALS);
const random = seededRandom(20);

function normal(): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Accuracy in a slice and its fraction of the images. */
type SliceTruth = {readonly level: number; readonly fraction: number};
/** Standard deviations of what seeds (in a slice), images, and both together add to a level. */
type Spread = {readonly seed: number; readonly image: number; readonly both: number};

const even = (...levels: number[]): SliceTruth[] =>
  levels.map(level => ({level, fraction: 1 / levels.length}));

const designs = {
  'two equal slices': even(1, 1),
  'four equal slices': even(1, 1, 1, 1),
  'a clearly worst slice': even(1.3, 1.3, 1.3, 0.5),
  'a small worst slice': [
    {level: 1.3, fraction: 0.45},
    {level: 1.3, fraction: 0.45},
    {level: 0.5, fraction: 0.1},
    {level: 1.3, fraction: 0},
  ],
} as const satisfies Record<string, readonly SliceTruth[]>;

/** The fraction of the standard normal distribution below a value. */
function below(value: number): number {
  return value < 0 ? normalTails(value) / 2 : 1 - normalTails(value) / 2;
}

function simulate(slices: readonly SliceTruth[], images: number, seeds: number, spread: Spread) {
  const sliceOf = Array.from({length: images}, () => {
    let at = random();
    const index = slices.findIndex(({fraction}) => (at -= fraction) < 0);
    return index < 0 ? 0 : index;
  });
  const labels = sliceOf.map(() => (random() < 0.5 ? 1 : 0));
  const imageEffects = sliceOf.map(() => spread.image * normal());
  return Array.from({length: seeds}, (): SlicedRun => {
    const seedEffects = slices.map(() => spread.seed * normal());
    const predicted = labels.map((label, image) => {
      const slice = sliceOf[image]!;
      const level =
        slices[slice]!.level + seedEffects[slice]! + imageEffects[image]! + spread.both * normal();
      return level > 0 ? label : 1 - label;
    });
    const attributes = {
      A: sliceOf.map(slice => (slice >> 1) & 1),
      B: sliceOf.map(slice => slice & 1),
    };
    return {labels, predicted, attributes};
  });
}

/** Two designs that are equally good on the same images, and make some mistakes in common. */
function simulatePair(
  slices: readonly SliceTruth[],
  images: number,
  seeds: number,
  spread: Spread,
): readonly [MeasuredGroup, MeasuredGroup] {
  const both = simulate(slices, images, 2 * seeds, spread);
  const groupOf = (from: number): MeasuredGroup =>
    slicedGroup('design', ['A x B'], both.slice(from, from + seeds));
  return [groupOf(0), groupOf(seeds)];
}

const contains = (low: number, high: number, value: number): boolean =>
  low <= value && value <= high;
const percent = (count: number): string => ((100 * count) / TRIALS).toFixed(1);

const single: Spread = {seed: 0, image: 0.8, both: 0.6};
const severalSeeds: Spread = {seed: 0.2, image: 0.7, both: 0.6};

describe.each([
  ['one seed', 1, single],
  ['three seeds', 3, severalSeeds],
  ['five seeds', 5, severalSeeds],
])('%s', (name, seeds, spread) => {
  it.each(
    Object.entries(designs).flatMap(([design, slices]) =>
      [200, 800].map(images => [design, images, slices] as const),
    ),
  )('on %s of %i images cover the truth', async (design, images, slices) => {
    const deviation = Math.hypot(spread.seed, spread.image, spread.both);
    const counts = {worst: 0, alone: 0, gap: 0};
    let width = 0;
    let bias = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      await nextTurn();
      const group = slicedGroup('design', ['A x B'], simulate(slices, images, seeds, spread));
      const [head] = slicesOfGroups([group])[0]!.heads;
      // A slice with too few images is not compared, so the truth is that of the others.
      const truths = head!.slices.flatMap(({images: size}, slice) =>
        size < FEWEST_IMAGES ? [] : [below(slices[slice]!.level / deviation)],
      );
      const worst = Math.min(...truths);
      const gap = Math.max(...truths) - worst;
      const received = head!.products[0]!.worst!;
      // Where all slices tie, none is named, and each is as bad.
      const {metrics} = head!.slices.find(({name}) => name === received.name) ?? head!.slices[0]!;
      if (contains(received.accuracy.ciLow, received.accuracy.ciHigh, worst)) counts.worst += 1;
      if (contains(metrics.accuracy.ciLow, metrics.accuracy.ciHigh, worst)) counts.alone += 1;
      const rate = head!.products[0]!.truePositiveRateGap;
      if (contains(rate.ciLow, rate.ciHigh, gap)) counts.gap += 1;
      width += (received.accuracy.ciHigh - received.accuracy.ciLow) / TRIALS;
      bias += (received.accuracy.mean - worst) / TRIALS;
    }
    process.stdout.write(
      `${name}, ${design}, ${images} images: worst slice covered ${percent(counts.worst)} % ` +
        `(its interval by itself ${percent(counts.alone)} %), bias ${(100 * bias).toFixed(1)} points, ` +
        `width ${(100 * width).toFixed(1)} points, TPR gap covered ${percent(counts.gap)} %\n`,
    );
    expect(counts.worst / TRIALS).toBeGreaterThan(0.95 - MARGIN);
    expect(counts.gap / TRIALS).toBeGreaterThan(0.95 - MARGIN);
  });
});

describe('two equally good designs', () => {
  it.each([
    [1, single],
    [3, severalSeeds],
    [5, severalSeeds],
  ])(
    'with %i seeds differ significantly in their worst slices in at most 5 %',
    async (seeds, spread) => {
      let wrong = 0;
      for (let trial = 0; trial < TRIALS; trial++) {
        await nextTurn();
        const [first, second] = simulatePair(designs['four equal slices'], 400, seeds, spread);
        const pairs = first.usable.map((run, seed) => [run, second.usable[seed]!] as const);
        const tests = testWorstSlices({pairs, heads: ['Smiling'], folds: undefined});
        if ('reason' in tests) throw new Error(tests.reason);
        if (tests[0]!.p <= 0.05) wrong += 1;
      }
      process.stdout.write(
        `${seeds} seeds, 400 images in four equal slices: wrong ${percent(wrong)} %\n`,
      );
      expect(wrong / TRIALS).toBeLessThan(0.05 + MARGIN);
    },
  );
});
