import {describe, expect, it} from 'vitest';
import {poolFolds} from '../../src/compare/folds.js';
import {slicesOfGroups, type HeadSlices} from '../../src/compare/slices.js';
import {FEWEST_IMAGES} from '../../src/experiment/slices.js';
import {wilsonInterval} from '../../src/compare/statistics/accuracy-interval.js';
import {seededRandom} from '../../src/util/random.js';
import {slicedGroup, type SlicedRun} from '../helpers/sliced-groups.js';

function headOf(products: readonly string[], ...runs: readonly SlicedRun[]): HeadSlices {
  const [group] = slicesOfGroups([slicedGroup('design', products, runs)]);
  return group!.heads[0]!;
}

/** Images of the four slices of A x B, with so many of each label and prediction. */
function runOf(
  counts: Readonly<Record<'00' | '01' | '10' | '11', readonly [number, number, number, number]>>,
): SlicedRun {
  const rows = Object.entries(counts).flatMap(([slice, cells]) =>
    cells.flatMap((count, cell) =>
      Array.from({length: count}, () =>
        [...slice, ...cell.toString(2).padStart(2, '0')].map(Number),
      ),
    ),
  );
  const column = (index: number): number[] => rows.map(row => row[index]!);
  return {labels: column(2), predicted: column(3), attributes: {A: column(0), B: column(1)}};
}

/** In each slice: true negatives, false positives, false negatives, true positives. */
const counts = {
  '00': [40, 10, 5, 45],
  '01': [20, 5, 10, 15],
  '10': [30, 0, 6, 24],
  '11': [3, 1, 1, 5],
} as const;

describe('slices that say little', () => {
  it('have no worst one and no gap where each has fewer than 20 images', () => {
    const cells = [4, 5, 5, 5] as const;
    const {slices, products} = headOf(
      ['A x B'],
      runOf({'00': cells, '01': cells, '10': cells, '11': cells}),
    );
    expect(slices.map(({images}) => images)).toEqual([19, 19, 19, 19]);
    expect(products[0]!.worst).toBeUndefined();
    expect(products[0]!.truePositiveRateGap).toEqual({
      ...{value: Number.NaN, ciLow: Number.NaN, ciHigh: Number.NaN},
    });
  });

  it('have no gap where only one of them has a positive image', () => {
    const {products} = headOf(
      ['A'],
      runOf({'00': [20, 5, 2, 20], '01': [0, 0, 0, 0], '10': [20, 5, 0, 0], '11': [0, 0, 0, 0]}),
    );
    expect(products[0]!.truePositiveRateGap.value).toBeNaN();
    expect(products[0]!.falsePositiveRateGap.value).toBeCloseTo(0, 12);
  });

  it('are not there where a run of the group has none', () => {
    const group = slicedGroup('design', ['A'], [runOf(counts), runOf(counts)]);
    const [first, second] = group.usable;
    const withoutSlices = {...second!, slices: undefined};
    expect(slicesOfGroups([{...group, usable: [first!, withoutSlices]}])).toEqual([]);
    expect(slicesOfGroups([{...group, usable: []}])).toEqual([]);
  });
});

describe('slices', () => {
  it('have the numbers that a person computes', () => {
    const {slices} = headOf(['A x B', 'A'], runOf(counts));
    const close = (value: number): unknown => expect.closeTo(value, 12);
    expect(slices.map(({name, by, images, positives}) => [name, by, images, positives])).toEqual([
      ['A=0 B=0', 'A x B', 100, 50],
      ['A=0 B=1', 'A x B', 50, 25],
      ['A=1 B=0', 'A x B', 60, 30],
      ['A=1 B=1', 'A x B', 10, 6],
      ['A=0', 'A', 150, 75],
      ['A=1', 'A', 70, 36],
    ]);
    const [first, second] = slices;
    expect(first!.metrics).toMatchObject({
      accuracy: {mean: close(85 / 100)},
      balancedAccuracy: {mean: close((45 / 50 + 40 / 50) / 2)},
      precision: {mean: close(45 / 55)},
      recall: {mean: close(45 / 50)},
      f1: {mean: close(90 / 105)},
    });
    expect(first!.falsePositiveRate.mean).toBeCloseTo(10 / 50, 12);
    expect(second!.metrics.recall.mean).toBeCloseTo(15 / 25, 12);
    const [low, high] = wilsonInterval(85, 100);
    expect(first!.metrics.accuracy).toMatchObject({ciLow: close(low), ciHigh: close(high)});
    const [negativeLow, negativeHigh] = wilsonInterval(10, 50);
    expect(first!.falsePositiveRate).toMatchObject({
      ...{ciLow: close(negativeLow), ciHigh: close(negativeHigh)},
    });
  });

  it('have the worst of those with 20 images or more, and the gaps between them', () => {
    const {products} = headOf(['A x B', 'A'], runOf(counts));
    const [product, attribute] = products;
    expect(product!.worst).toMatchObject({
      name: 'A=0 B=1',
      accuracy: {mean: expect.closeTo(0.7, 12) as number},
    });
    expect(product!.truePositiveRateGap.value).toBeCloseTo(45 / 50 - 15 / 25, 12);
    expect(product!.falsePositiveRateGap.value).toBeCloseTo(10 / 50 - 0, 12);
    expect(attribute!.worst).toMatchObject({
      name: 'A=0',
      accuracy: {mean: expect.closeTo(0.8, 12) as number},
    });
    expect(FEWEST_IMAGES).toBe(20);
  });

  it('have no worst one where all have the same accuracy, but that accuracy', () => {
    const equal = {...counts, '01': [20, 5, 10, 65], '10': [24, 0, 9, 27]} as const;
    const {products, worst} = headOf(['A x B', 'B'], runOf(equal));
    const accuracy = {mean: expect.closeTo(0.85, 12) as number};
    expect(products[0]!.worst).toMatchObject({name: undefined, accuracy});
    // Together with its ten images that say little alone, B=1 is worse than B=0.
    expect(products[1]!.worst!.name).toBe('B=1');
    expect(worst!.name).toBe('B=1');
  });

  it('average the seeds of a design before they take the worst', () => {
    const other = {...counts, '00': [10, 40, 5, 45], '01': [25, 0, 0, 25]} as const;
    const {products, slices} = headOf(['A x B'], runOf(counts), runOf(other));
    expect(slices.map(({metrics}) => metrics.accuracy.mean)).toEqual(
      [0.7, 0.85, 0.9, 0.8].map(value => expect.closeTo(value, 12) as number),
    );
    expect(products[0]!.worst).toMatchObject({
      name: 'A=0 B=0',
      accuracy: {mean: expect.closeTo(0.7, 12) as number},
    });
  });
});

describe('the folds of a seed', () => {
  it('have their slices pooled, so each image counts once', () => {
    const run = runOf(counts);
    const files = run.labels.map((_, image) => `${String(image).padStart(3, '0')}.jpg`);
    const every = (values: readonly number[], fold: number): number[] =>
      values.filter((_, image) => image % 2 === fold);
    const folds = [0, 1].map((fold): SlicedRun => ({
      labels: every(run.labels, fold),
      predicted: every(run.predicted, fold),
      files: files.filter((_, image) => image % 2 === fold),
      attributes: {A: every(run.attributes.A!, fold), B: every(run.attributes.B!, fold)},
    }));
    const {usable} = slicedGroup('design', ['A x B'], folds);
    const pooled = poolFolds(
      usable.map((fold, index) => ({
        ...fold,
        run: {...fold.run, seed: 1, fold: index + 1, warnings: []},
        definition: {'data.split.folds': '2'},
      })),
    );
    expect(pooled.usable).toHaveLength(1);
    const whole = slicedGroup('design', ['A x B'], [{...run, files}]);
    expect(slicesOfGroups([{...whole, usable: pooled.usable}])).toEqual(slicesOfGroups([whole]));
  });
});

describe('the interval of the worst slice', () => {
  const cells = [40, 10, 10, 40] as const;
  const equal = {'00': cells, '01': cells, '10': cells, '11': cells} as const;

  it('is the same for the same predictions', () => {
    expect(headOf(['A x B'], runOf(counts))).toEqual(headOf(['A x B'], runOf(counts)));
  });

  it('reaches further up than that of the slice by itself, because the smallest of several is too small', () => {
    const {products, slices} = headOf(['A x B'], runOf(equal));
    const {worst} = products[0]!;
    const {ciLow, ciHigh} = slices[0]!.metrics.accuracy;
    expect(worst!.accuracy.mean).toBeCloseTo(0.8, 12);
    expect(worst!.accuracy.ciHigh).toBeGreaterThan(ciHigh + 0.01);
    expect(worst!.accuracy.ciLow).toBeLessThanOrEqual(ciLow);
  });

  it('has the ends of resamples of the images that a person draws', () => {
    const run = runOf(equal);
    const {worst} = headOf(['A x B'], run).products[0]!;
    const random = seededRandom(99);
    const {labels, predicted, attributes} = run;
    const smallest = Array.from({length: 4000}, () => {
      const [right, all] = [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ];
      for (let draw = 0; draw < labels.length; draw++) {
        const image = Math.floor(random() * labels.length);
        const slice = 2 * attributes.A![image]! + attributes.B![image]!;
        all[slice]! += 1;
        if (labels[image] === predicted[image]) right[slice]! += 1;
      }
      return Math.min(...right.map((count, slice) => count / all[slice]!));
    }).sort((a, b) => a - b);
    const low = smallest[100]!;
    expect(Math.abs(worst!.accuracy.ciLow - low)).toBeLessThan(0.006);
    expect(Math.abs(worst!.accuracy.ciHigh - (2 * 0.8 - low))).toBeLessThan(0.006);
  });

  it('has a width where all images are classified correctly', () => {
    const cells = [20, 0, 0, 20] as const;
    const {products} = headOf(
      ['A x B'],
      runOf({'00': cells, '01': cells, '10': cells, '11': cells}),
    );
    expect(products[0]!.worst).toMatchObject({accuracy: {mean: 1, ciHigh: 1}});
    expect(products[0]!.worst!.accuracy.ciLow).toBeLessThan(0.92);
    expect(products[0]!.truePositiveRateGap.ciHigh).toBeGreaterThan(0.1);
  });

  it('is wider over seeds that differ', () => {
    const better = {...equal, '00': [48, 2, 2, 48], '10': [48, 2, 2, 48]} as const;
    const worse = {...equal, '00': [25, 25, 25, 25], '10': [30, 20, 20, 30]} as const;
    const width = (runs: readonly SlicedRun[]): number => {
      const {ciLow, ciHigh} = headOf(['A'], ...runs).products[0]!.worst!.accuracy;
      return ciHigh - ciLow;
    };
    const alike = [runOf(equal), runOf(equal), runOf(equal)];
    expect(width([runOf(equal), runOf(better), runOf(worse)])).toBeGreaterThan(2 * width(alike));
  });

  it('takes seeds on other images as such', () => {
    const run = runOf(counts);
    const names = run.labels.map((_, image) => `other-${image}.jpg`);
    const {products} = headOf(['A x B'], run, {...run, files: names});
    expect(products[0]!.worst).toMatchObject({
      name: 'A=0 B=1',
      accuracy: {mean: expect.closeTo(0.7, 12) as number},
    });
  });
});

describe('the interval of a gap', () => {
  it('contains 0 where the slices are alike, and is within 0 and 1', () => {
    const cells = [30, 10, 8, 32] as const;
    const {products} = headOf(
      ['A x B'],
      runOf({'00': cells, '01': cells, '10': cells, '11': cells}),
    );
    const {truePositiveRateGap} = products[0]!;
    expect(truePositiveRateGap).toMatchObject({value: 0, ciLow: 0});
    expect(truePositiveRateGap.ciHigh).toBeGreaterThan(0.1);
  });

  it('leaves 0 out where the slices clearly differ', () => {
    const {products} = headOf(
      ['A'],
      runOf({
        '00': [90, 10, 5, 95],
        '01': [0, 0, 0, 0],
        '10': [90, 10, 60, 40],
        '11': [0, 0, 0, 0],
      }),
    );
    const {truePositiveRateGap, falsePositiveRateGap} = products[0]!;
    expect(truePositiveRateGap.value).toBeCloseTo(0.55, 12);
    expect(truePositiveRateGap.ciLow).toBeGreaterThan(0.4);
    expect(truePositiveRateGap.ciHigh).toBeLessThan(0.7);
    expect(falsePositiveRateGap).toMatchObject({value: 0, ciLow: 0});
  });
});
