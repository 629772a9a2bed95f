import {MISSING} from '../experiment/missing-label.js';
import type {HeadPredictions} from './predictions.js';
import {hasSameImages, type RunPair} from './pair-runs.js';
import type {Interval} from './statistics/distributions.js';
import type {Contrast} from './statistics/influence.js';
import {
  minimumDetectableDifference,
  minimumDetectableFor,
} from './statistics/minimum-detectable.js';
import {pairedTTest} from './statistics/over-seeds.js';
import {mcnemar, pairedScoreInterval, type PairedCounts} from './statistics/paired-tests.js';
import {overSeedsAndImages, type Row} from './statistics/seeds-and-images.js';
import type {HeadTest, TestFacts, UnadjustedTest} from './test-results.js';
import {mean, sum} from '../util/sum.js';

type ContrastOptions = {
  /** The largest difference there can be; 1 where nothing is said. */
  readonly most?: number;
  /** The test of all images of all seeds, where the metric has a better one than sign flips. */
  readonly byImages?: (images: number) => TestResult;
};

/** Tests a difference that is a mean over images, for each pair of runs. */
export function testContrasts(
  facts: TestFacts,
  contrasts: readonly Contrast[],
  pairs: readonly RunPair[],
  {most = 1, byImages}: ContrastOptions = {},
): UnadjustedTest | undefined {
  const rows = contrasts.map(({values}) => values);
  const reach = Math.max(...contrasts.map(contrast => contrast.reach));
  const means = rows.map(mean);
  if (means.some(Number.isNaN)) return undefined;
  const {interval: seedInterval, ...overSeeds} = pairedTTest(means);
  const bySeed = rows.length === 1 ? undefined : overSeeds;
  const kind = {reach, most, isProportion: byImages !== undefined};
  const isSameNumber = rows.every(({length}) => length === rows[0]!.length);
  if (isSameNumber && pairs.every(pair => hasSameImages(pair[0], pairs[0]![0]))) {
    const method =
      bySeed === undefined
        ? "sign flips of the images' contributions; score interval"
        : 'seeds and images both random (Obuchowski and Rockette)';
    return {...facts, ...bothTested(rows, kind), method, bySeed};
  }
  const images = sum(rows.map(({length}) => length));
  const together =
    byImages?.(images) ?? bothTested([Float64Array.from(rows.flatMap(row => [...row]))], kind);
  return {...facts, ...testSeeds(overSeeds, seedInterval, together, most), bySeed};
}

function bothTested(
  rows: readonly Row[],
  kind: Parameters<typeof overSeedsAndImages>[1],
): Omit<TestResult, 'method'> {
  const {interval, ...result} = overSeedsAndImages(rows, kind);
  return {...result, ciLow: interval[0], ciHigh: interval[1]};
}

type TestResult = Pick<
  UnadjustedTest,
  'difference' | 'ciLow' | 'ciHigh' | 'p' | 'method' | 'minimumDetectable'
>;

export function testImages(counts: PairedCounts): TestResult {
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
  byImages: Omit<TestResult, 'method'>,
  most: number,
): TestResult {
  const standardError = standardDeviation / Math.sqrt(seeds);
  return {
    difference: mean,
    ciLow: Math.max(-most, Math.min(low, byImages.ciLow)),
    ciHigh: Math.min(most, Math.max(high, byImages.ciHigh)),
    p: Number.isNaN(p) ? byImages.p : Math.max(p, byImages.p),
    method: 'paired t test over seeds',
    minimumDetectable: alpha =>
      Math.max(
        minimumDetectableFor(standardError, seeds - 1, alpha, most),
        byImages.minimumDetectable(alpha),
      ),
  };
}

/**
 * For each image 1 where only the first is correct, -1 where only the second is, else 0, as where the label
 * is missing.
 */
export function outcomesOf(first: HeadPredictions, second: HeadPredictions): Int8Array {
  const outcomes = new Int8Array(first.labels.length);
  for (let image = 0; image < outcomes.length; image++) {
    const label = first.labels[image];
    const isKnown = label !== MISSING && second.labels[image] !== MISSING;
    if (isKnown && first.predicted[image] !== second.predicted[image])
      outcomes[image] =
        Number(first.predicted[image] === label) - Number(second.predicted[image] === label);
  }
  return outcomes;
}

/** Counts the images of all rows that only one of the designs classifies correctly. */
export function countOutcomes(
  rows: readonly Int8Array[],
): Pick<PairedCounts, 'firstOnlyCorrect' | 'secondOnlyCorrect'> {
  let [firstOnlyCorrect, secondOnlyCorrect] = [0, 0];
  for (const row of rows)
    for (const outcome of row) {
      if (outcome === 1) firstOnlyCorrect += 1;
      else if (outcome === -1) secondOnlyCorrect += 1;
    }
  return {firstOnlyCorrect, secondOnlyCorrect};
}
