import type {Interval} from './statistics/interval.js';
import {mcnemar} from './statistics/mcnemar.js';
import {pairedTTest, type OverSeeds} from './statistics/over-seeds.js';
import {pairedBootstrap} from './statistics/paired-bootstrap.js';
import {overSeedsAndImages} from './statistics/seeds-and-images.js';
import {smallestDifference, smallestDifferenceOf} from './statistics/smallest-difference.js';
import type {MeasuredRun} from './measure-run.js';
import type {HeadAnswers} from './predictions.js';

/** A head of two runs or groups, tested; differences are shares, first minus second. */
export type HeadTest = {
  readonly head: string;
  readonly difference: number;
  /** 95 %. */
  readonly interval: Interval;
  /** Before Holm's correction. */
  readonly p: number;
  readonly method: string;
  /** Evaluation images of each seed. */
  readonly images: number;
  /** Over all seeds, images that only the first has right, and only the second. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  /** What would have been shown in 80 of 100 cases, for a level of alpha. */
  readonly smallest: (alpha: number) => number;
  /** The differences by seed, with the paired t test; undefined for one seed. */
  readonly bySeed: (OverSeeds & {readonly p: number}) | undefined;
};

/** Two runs on the same images, or the runs of two groups with one seed in common each. */
export type RunPair = readonly [MeasuredRun, MeasuredRun];

/**
 * Tests one head. One pair of runs: McNemar with a bootstrap interval. Several, on the same
 * images: seeds and images both random. Several, each on images of its own: the paired t test.
 */
export function testHead(head: string, pairs: readonly RunPair[]): HeadTest | undefined {
  const answers = pairs.map(([first, second]) => [headOf(first, head), headOf(second, head)]);
  if (answers.some(([first, second]) => first === undefined || second === undefined))
    return undefined;
  const rows = answers.map(([first, second]) => rowOf(first!, second!));
  const [row] = rows;
  if (row === undefined) return undefined;
  const onlyFirst = count(rows, 1);
  const onlySecond = count(rows, -1);
  const facts = {head, images: row.length, onlyFirst, onlySecond};
  if (rows.length === 1) return {...facts, ...testedOnce(onlyFirst, onlySecond, row.length)};
  const bySeed = pairedTTest(rows.map(own => (count([own], 1) - count([own], -1)) / own.length));
  if (pairs.every(pair => sameImages(pair[0], pairs[0]![0])))
    return {...facts, ...testedTogether(rows), bySeed};
  return {...facts, ...testedBySeed(bySeed), bySeed};
}

/** Whether two runs were evaluated on the same images, by name. */
export function sameImages(first: MeasuredRun, second: MeasuredRun): boolean {
  return first.answers?.imagesHash === second.answers?.imagesHash;
}

type Tested = Omit<HeadTest, 'head' | 'images' | 'onlyFirst' | 'onlySecond'>;

function testedOnce(onlyFirst: number, onlySecond: number, images: number): Tested {
  const {p, method, disagreements} = mcnemar(onlyFirst, onlySecond);
  return {
    difference: (onlyFirst - onlySecond) / images,
    interval: pairedBootstrap({onlyFirst, onlySecond, images}),
    p,
    method: `McNemar, ${method}; paired bootstrap interval`,
    smallest: alpha => smallestDifference(images, disagreements / images, alpha),
    bySeed: undefined,
  };
}

function testedTogether(rows: readonly Int8Array[]): Omit<Tested, 'bySeed'> {
  const {difference, interval, p, standardError, freedom} = overSeedsAndImages(rows);
  return {
    difference,
    interval,
    p,
    method: 'seeds and images both random (Obuchowski and Rockette, Hillis)',
    smallest: alpha => smallestDifferenceOf(standardError, freedom, alpha),
  };
}

function testedBySeed(bySeed: ReturnType<typeof pairedTTest>): Omit<Tested, 'bySeed'> {
  const {mean, standardDeviation, interval, p, seeds} = bySeed;
  return {
    difference: mean,
    interval,
    p,
    method: 'paired t test over seeds',
    smallest: alpha => smallestDifferenceOf(standardDeviation / Math.sqrt(seeds), seeds - 1, alpha),
  };
}

function headOf({answers}: MeasuredRun, head: string): HeadAnswers | undefined {
  return answers?.heads.get(head);
}

/** 1 where only the first is right, -1 where only the second is, else 0. */
function rowOf(first: HeadAnswers, second: HeadAnswers): Int8Array {
  return Int8Array.from(first.labels, (label, image) => {
    const firstRight = first.predicted[image] === label ? 1 : 0;
    return firstRight - (second.predicted[image] === label ? 1 : 0);
  });
}

function count(rows: readonly Int8Array[], value: number): number {
  return rows.reduce(
    (sum, row) => row.reduce((own, item) => own + (item === value ? 1 : 0), sum),
    0,
  );
}
