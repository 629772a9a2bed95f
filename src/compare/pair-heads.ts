import type {Interval} from './statistics/interval.js';
import {mcnemar} from './statistics/mcnemar.js';
import {
  minimumDetectableDifference,
  minimumDetectableFor,
} from './statistics/minimum-detectable.js';
import {pairedTTest} from './statistics/over-seeds.js';
import {pairedScoreInterval, type PairedCounts} from './statistics/paired-score.js';
import {overSeedsAndImages} from './statistics/seeds-and-images.js';
import type {MeasuredRun} from './measure-run.js';
import type {HeadPredictions} from './predictions.js';

/** A head of two runs or groups, tested. Differences are fractions: the first's minus the second's. */
export type HeadTest = {
  readonly head: string;
  readonly difference: number;
  /** 95 % confidence interval, within -1 to 1; not corrected for the number of tests. */
  readonly ciLow: number;
  readonly ciHigh: number;
  /** Before Holm's correction. */
  readonly p: number;
  readonly method: string;
  /** Evaluation images of each seed. */
  readonly images: number;
  /** Images that only the first, or only the second, classifies correctly; added over all seeds. */
  readonly firstOnlyCorrect: number;
  readonly secondOnlyCorrect: number;
  /**
   * The difference that a test of level alpha detects in 80 of 100 cases, 0 to 1; NaN where these
   * images and seeds are too few to detect any.
   */
  readonly minimumDetectable: (alpha: number) => number;
  /** The differences by seed, with the paired t test; undefined for one seed. */
  readonly bySeed: BySeed | undefined;
};

/** Over the seeds alone: what other seeds would give on these images. */
export type BySeed = {
  readonly seeds: number;
  readonly mean: number;
  readonly standardDeviation: number;
  /** Paired t test; NaN where all differences are the same, other than 0. */
  readonly p: number;
};

/** Two runs on the same images, or the runs of two groups with one seed in common each. */
export type RunPair = readonly [MeasuredRun, MeasuredRun];

/**
 * Tests one head. One pair of runs: McNemar's test with a score interval. Several, on the same
 * images: seeds and images both random. Several, each on images of its own: the paired t test.
 */
export function testHead(head: string, pairs: readonly RunPair[]): HeadTest | undefined {
  const predictions = pairs.map(([first, second]) => [headOf(first, head), headOf(second, head)]);
  if (predictions.some(([first, second]) => first === undefined || second === undefined))
    return undefined;
  const rows = predictions.map(([first, second]) => rowOf(first!, second!));
  const [row] = rows;
  if (row === undefined) return undefined;
  const firstOnlyCorrect = count(rows, 1);
  const secondOnlyCorrect = count(rows, -1);
  const facts = {head, images: row.length, firstOnlyCorrect, secondOnlyCorrect};
  if (rows.length === 1) return {...facts, ...testedOnce(facts), bySeed: undefined};
  const {mean, standardDeviation, seeds, interval, p} = pairedTTest(rows.map(meanOf));
  const bySeed = {seeds, mean, standardDeviation, p};
  if (pairs.every(pair => sameImages(pair[0], pairs[0]![0])))
    return {...facts, ...testedTogether(rows), bySeed};
  const images = rows.reduce((sum, {length}) => sum + length, 0);
  return {...facts, ...testedBySeed(bySeed, interval, {...facts, images}), bySeed};
}

/** Whether two runs were evaluated on the same images, by name. */
export function sameImages(first: MeasuredRun, second: MeasuredRun): boolean {
  return first.predictions?.imagesHash === second.predictions?.imagesHash;
}

type Tested = Pick<
  HeadTest,
  'difference' | 'ciLow' | 'ciHigh' | 'p' | 'method' | 'minimumDetectable'
>;

function testedOnce(counts: PairedCounts): Tested {
  const {firstOnlyCorrect, secondOnlyCorrect, images} = counts;
  const {p, method, disagreements} = mcnemar(firstOnlyCorrect, secondOnlyCorrect);
  const [ciLow, ciHigh] = pairedScoreInterval(counts);
  return {
    difference: (firstOnlyCorrect - secondOnlyCorrect) / images,
    ciLow,
    ciHigh,
    p,
    method: `McNemar, ${method}; Tango's score interval`,
    minimumDetectable: alpha => minimumDetectableDifference(images, disagreements / images, alpha),
  };
}

function testedTogether(rows: readonly Int8Array[]): Tested {
  const {
    interval: [ciLow, ciHigh],
    ...tested
  } = overSeedsAndImages(rows);
  const method = 'seeds and images both random (Obuchowski and Rockette)';
  return {...tested, ciLow, ciHigh, method};
}

/**
 * Seeds with images of their own. Like the other tests it is never narrower than the images allow,
 * here those of all seeds together: seeds can agree by chance.
 */
function testedBySeed(bySeed: BySeed, [low, high]: Interval, counts: PairedCounts): Tested {
  const {mean, standardDeviation, seeds} = bySeed;
  const byImages = testedOnce(counts);
  const standardError = standardDeviation / Math.sqrt(seeds);
  return {
    difference: mean,
    ciLow: Math.max(-1, Math.min(low, byImages.ciLow)),
    ciHigh: Math.min(1, Math.max(high, byImages.ciHigh)),
    p: Number.isNaN(bySeed.p) ? byImages.p : Math.max(bySeed.p, byImages.p),
    method: 'paired t test over seeds',
    minimumDetectable: alpha =>
      Math.max(
        minimumDetectableFor(standardError, seeds - 1, alpha),
        byImages.minimumDetectable(alpha),
      ),
  };
}

function headOf({predictions}: MeasuredRun, head: string): HeadPredictions | undefined {
  return predictions?.heads.get(head);
}

/** 1 where only the first is correct, -1 where only the second is, else 0. */
function rowOf(first: HeadPredictions, second: HeadPredictions): Int8Array {
  return Int8Array.from(first.labels, (label, image) => {
    const firstCorrect = first.predicted[image] === label ? 1 : 0;
    return firstCorrect - (second.predicted[image] === label ? 1 : 0);
  });
}

function count(rows: readonly Int8Array[], value: number): number {
  return rows.reduce(
    (sum, row) => row.reduce((subtotal, item) => subtotal + (item === value ? 1 : 0), sum),
    0,
  );
}

function meanOf(row: Int8Array): number {
  return row.reduce((sum, value) => sum + value, 0) / row.length;
}
