import type {EvaluatedPart} from '../experiment/parts.js';
import {FIRST_LOOK, type UntilDecided} from '../runs/until-decided.js';
import type {MeasuredGroup} from './groups.js';
import type {HeadPredictions} from './predictions.js';
import type {UsableRun} from './run-metrics.js';
import type {Interval} from './statistics/distributions.js';
import {
  minimumDetectableDifference,
  minimumDetectableFor,
} from './statistics/minimum-detectable.js';
import {pairedTTest} from './statistics/over-seeds.js';
import {mcnemar, pairedScoreInterval, type PairedCounts} from './statistics/paired-tests.js';
import {overSeedsAndImages} from './statistics/seeds-and-images.js';
import type {Outcome} from './statistics/sequential.js';

/** A head of two groups, tested. Differences are fractions: the first's minus the second's. */
export type HeadTest = {
  readonly head: string;
  readonly difference: number;
  /** 95 % confidence interval, within -1 to 1; not adjusted for the number of tests. */
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly p: number;
  /** Name of the test. */
  readonly method: string;
  /** The part that both are measured on. */
  readonly part: EvaluatedPart;
  /** Number of its images, of each seed. */
  readonly images: number;
  /** Number of folds that its images are from, pooled; undefined without folds. */
  readonly folds: number | undefined;
  /** Images that only the first, or only the second, classifies correctly; over all seeds. */
  readonly firstOnlyCorrect: number;
  readonly secondOnlyCorrect: number;
  /**
   * The mean difference over seeds with the paired t test, whose p is NaN where all differences are
   * equal and not 0; undefined for one seed.
   */
  readonly bySeed:
    | {
        readonly seeds: number;
        readonly mean: number;
        readonly standardDeviation: number;
        readonly p: number;
      }
    | undefined;
  /** p after Holm's correction over all tests of the comparison. */
  readonly pAdjusted: number;
  /** Whether the adjusted p is at or below 0.05. */
  readonly significant: boolean;
  /**
   * The difference that the adjusted test detects in 80 of 100 cases, 0 to 1; NaN where the images
   * and seeds are too few to detect any.
   */
  readonly minimumDetectable: number;
  /**
   * Set where seeds were added until the tests decided. All numbers above are then those of the look
   * that decided (or of the last one), `pAdjusted` is adjusted for the looks, too, and `significant`
   * is whether one of the two is better.
   */
  readonly sequential?: {
    readonly outcome: Outcome;
    /** The difference below which designs count as equal, above 0 and below 1. */
    readonly margin: number;
    /** p that the difference is smaller than the margin, adjusted like `pAdjusted`. */
    readonly pSmaller: number;
  };
};

/** Why two groups are not compared. */
export type NotCompared =
  | {readonly reason: 'no common seed' | 'no common head'}
  | {
      readonly reason: 'different parts';
      readonly first: EvaluatedPart;
      readonly second: EvaluatedPart;
    }
  /** Counts images. */
  | {
      readonly reason: 'different images';
      readonly first: number;
      readonly second: number;
      readonly common: number;
    }
  | {readonly reason: 'different labels'; readonly head: string};

/** A test before the correction, with its minimum detectable difference by level. */
export type UnadjustedTest = Omit<
  HeadTest,
  'pAdjusted' | 'significant' | 'minimumDetectable' | 'sequential'
> & {
  readonly minimumDetectable: (alpha: number) => number;
  /** p that the difference is smaller than a margin; only of several seeds on the same images. */
  readonly equivalence?: (margin: number) => number;
};

/** The tests of a head while seeds were added. */
export type HeadLooks = {
  /** The test of all seeds. */
  readonly latest: UnadjustedTest;
  /** The test at each look, the latest included; none where there are too few seeds yet. */
  readonly looks: readonly UnadjustedTest[];
};

type RunPair = readonly [UsableRun, UsableRun];

/** Tests every head that two groups share, or says why it cannot. */
export function testPair(
  first: MeasuredGroup,
  second: MeasuredGroup,
): readonly UnadjustedTest[] | NotCompared {
  return testRuns(first, second, pairRuns(first.usable, second.usable));
}

function testRuns(
  first: MeasuredGroup,
  second: MeasuredGroup,
  pairs: readonly RunPair[],
): readonly UnadjustedTest[] | NotCompared {
  const [obstacle] = pairs.flatMap(pair => obstacleOf(pair) ?? []);
  if (obstacle !== undefined) return obstacle;
  if (pairs.length === 0) return {reason: 'no common seed'};
  const folds = commonFolds(first, second);
  return Object.keys(first.group.heads)
    .filter(head => Object.hasOwn(second.group.heads, head))
    .flatMap(head => testHead(head, pairs, folds) ?? []);
}

/** Number of folds of each seed, where both groups have as many. */
function commonFolds(first: MeasuredGroup, second: MeasuredGroup): number | undefined {
  return first.group.folds === second.group.folds ? first.group.folds : undefined;
}

/** Tests every head after each look of a search, or says why it cannot. */
export function lookAtPair(
  first: MeasuredGroup,
  second: MeasuredGroup,
  {seeds}: UntilDecided,
): readonly HeadLooks[] | NotCompared {
  const available = pairRuns(first.usable, second.usable);
  const planned = seeds.map(seed => available.find(([{run}]) => run.seed === seed));
  // A seed whose run failed ends the looks: later ones were never looked at without it.
  const gap = planned.indexOf(undefined);
  const pairs = planned
    .slice(0, gap === -1 ? seeds.length : gap)
    .filter(pair => pair !== undefined);
  const result = testRuns(first, second, pairs);
  if ('reason' in result) return result;
  const folds = commonFolds(first, second);
  return result.map(latest => ({
    latest,
    looks: pairs
      .slice(FIRST_LOOK - 1)
      .flatMap((_, look) => testHead(latest.head, pairs.slice(0, FIRST_LOOK + look), folds) ?? []),
  }));
}

/** Pairs two single runs whatever their seeds, and groups by their common seeds. */
function pairRuns(first: readonly UsableRun[], second: readonly UsableRun[]): RunPair[] {
  const [run] = first;
  const [rival] = second;
  if (first.length === 1 && second.length === 1 && run && rival) return [[run, rival]];
  return first.flatMap(member => {
    const twin = second.find(candidate => candidate.run.seed === member.run.seed);
    return twin === undefined ? [] : [[member, twin] as const];
  });
}

/** Why two runs cannot be paired; runs on other images or with other labels never are. */
function obstacleOf([first, second]: RunPair): NotCompared | undefined {
  const [part, rivalPart] = [first.predictions.part, second.predictions.part];
  if (part !== rivalPart) return {reason: 'different parts', first: part, second: rivalPart};
  if (!hasSameImages(first, second)) {
    const [files, rivalFiles] = [first.predictions.files, second.predictions.files];
    const names = new Set(files);
    const common = rivalFiles.filter(file => names.has(file)).length;
    return {
      reason: 'different images',
      first: files.length,
      second: rivalFiles.length,
      common,
    };
  }
  const heads = [...first.predictions.heads.keys()].filter(head =>
    second.predictions.heads.has(head),
  );
  if (heads.length === 0) return {reason: 'no common head'};
  const labelsOf = ({predictions}: UsableRun, head: string): Uint8Array =>
    predictions.heads.get(head)?.labels ?? Buffer.of();
  const relabelled = heads.find(
    head => Buffer.compare(labelsOf(first, head), labelsOf(second, head)) !== 0,
  );
  return relabelled === undefined ? undefined : {reason: 'different labels', head: relabelled};
}

/** Whether two runs were evaluated on the same images, by name. */
function hasSameImages(first: UsableRun, second: UsableRun): boolean {
  return first.predictions.imagesHash === second.predictions.imagesHash;
}

/**
 * Tests one head. One pair of runs: McNemar's test with a score interval. Several pairs on the same
 * images: seeds and images both random. Several, each on its own images: the paired t test.
 */
function testHead(
  head: string,
  pairs: readonly RunPair[],
  folds: number | undefined,
): UnadjustedTest | undefined {
  const rows = pairs.flatMap(([first, second]) => {
    const predictions = first.predictions.heads.get(head);
    const rivalPredictions = second.predictions.heads.get(head);
    return predictions && rivalPredictions ? [outcomes(predictions, rivalPredictions)] : [];
  });
  const [row] = rows;
  if (row === undefined || rows.length < pairs.length) return undefined;
  const counts = {
    images: row.length,
    firstOnlyCorrect: count(rows, 1),
    secondOnlyCorrect: count(rows, -1),
  };
  const facts = {head, part: pairs[0]![0].predictions.part, folds, ...counts};
  if (rows.length === 1) return {...facts, ...testImages(counts), bySeed: undefined};
  const {mean, standardDeviation, seeds, interval, p} = pairedTTest(rows.map(meanOf));
  const bySeed = {seeds, mean, standardDeviation, p};
  if (pairs.every(pair => hasSameImages(pair[0], pairs[0]![0]))) {
    const {interval: both, ...result} = overSeedsAndImages(rows);
    const method = 'seeds and images both random (Obuchowski and Rockette)';
    return {...facts, ...result, ciLow: both[0], ciHigh: both[1], method, bySeed};
  }
  const images = rows.reduce((sum, {length}) => sum + length, 0);
  return {...facts, ...testSeeds(bySeed, interval, {...counts, images}), bySeed};
}

type TestResult = Pick<
  UnadjustedTest,
  'difference' | 'ciLow' | 'ciHigh' | 'p' | 'method' | 'minimumDetectable'
>;

function testImages(counts: PairedCounts): TestResult {
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

/**
 * Tests seeds that were each evaluated on their own images. Seeds can agree by chance, so the result
 * is never narrower than the images of all seeds together allow.
 */
function testSeeds(
  {mean, standardDeviation, seeds, p}: NonNullable<HeadTest['bySeed']>,
  [low, high]: Interval,
  counts: PairedCounts,
): TestResult {
  const byImages = testImages(counts);
  const standardError = standardDeviation / Math.sqrt(seeds);
  return {
    difference: mean,
    ciLow: Math.max(-1, Math.min(low, byImages.ciLow)),
    ciHigh: Math.min(1, Math.max(high, byImages.ciHigh)),
    p: Number.isNaN(p) ? byImages.p : Math.max(p, byImages.p),
    method: 'paired t test over seeds',
    minimumDetectable: alpha =>
      Math.max(
        minimumDetectableFor(standardError, seeds - 1, alpha),
        byImages.minimumDetectable(alpha),
      ),
  };
}

/** For each image 1 where only the first is correct, -1 where only the second is, else 0. */
function outcomes(first: HeadPredictions, second: HeadPredictions): Int8Array {
  const isCorrect = ({predicted}: HeadPredictions, image: number): number =>
    predicted[image] === first.labels[image] ? 1 : 0;
  return Int8Array.from(
    first.labels,
    (_, image) => isCorrect(first, image) - isCorrect(second, image),
  );
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
