import {
  ALL_HEADS,
  headMetrics,
  type HeadMetric,
  type OverallMetric,
} from '../experiment/metrics.js';
import {mean} from '../util/sum.js';
import {countOutcomes, outcomesOf, testContrasts} from './contrast-tests.js';
import type {MeasuredGroup} from './groups.js';
import {headOverSeeds} from './over-heads.js';
import {obstacleOf, pairRuns, type PairedGroups} from './pair-runs.js';
import type {HeadPredictions} from './predictions.js';
import type {UsableRun} from './run-metrics.js';
import {ALPHA} from './statistics/distributions.js';
import {contrastOf, largest, type Contrast} from './statistics/influence.js';
import {POWER} from './statistics/minimum-detectable.js';
import type {Ranks} from './statistics/ranks.js';
import {halfWidth} from './statistics/seeds-and-images.js';
import type {NotCompared, TestFacts, UnadjustedTest} from './test-results.js';

/**
 * Tests a metric over all heads.
 *
 * @param reference The group that delta-m is relative to.
 */
export function testOverall(
  metric: OverallMetric,
  {pairs, heads, folds}: PairedGroups,
  groups: readonly [MeasuredGroup, MeasuredGroup],
  {base, reference, ranks}: OverallTestOptions,
): UnadjustedTest | NotCompared | undefined {
  const predictions = heads.map(head =>
    pairs.map(
      ([first, second]) =>
        [first.predictions.heads.get(head)!, second.predictions.heads.get(head)!] as const,
    ),
  );
  const outcomes = predictions.flatMap(ofHead => ofHead.map(pair => outcomesOf(...pair)));
  const facts: TestFacts = {
    head: ALL_HEADS,
    folds,
    part: pairs[0]![0].predictions.part,
    images: pairs[0]![0].predictions.files.length,
    ...countOutcomes(outcomes),
  };
  if (metric === 'meanRank')
    return ranks && rankTest(facts, ranks, groups[0].group.name, groups[1].group.name);
  if (metric !== 'deltaM') {
    const [part, sign] = meanParts[metric];
    const contrasts = pairs.map((_, seed) =>
      meanContrast(
        predictions.map(ofHead => contrastOf(part, ...ofHead[seed]!)),
        heads.map(() => sign / heads.length),
      ),
    );
    return testContrasts(facts, contrasts, pairs);
  }
  if (reference === undefined) return undefined;
  const baselines = pairs.map(([first]) => pairRuns([first], reference.usable)[0]?.[1]);
  const missing = baselines.includes(undefined);
  if (missing) return {reason: 'no common seed'};
  const [obstacle] = pairs.flatMap(([first], seed) => obstacleOf([first, baselines[seed]!]) ?? []);
  if (obstacle !== undefined) return obstacle;
  const contrasts = deltaContrasts(predictions, baselines as UsableRun[], heads, base);
  return testContrasts(facts, contrasts, pairs, {most: Infinity});
}

export type OverallTestOptions = {
  readonly base: HeadMetric;
  readonly reference: MeasuredGroup | undefined;
  readonly ranks: Ranks | undefined;
};

/** The metric of a head whose mean it is, and the sign with which it counts. */
const meanParts = {
  meanAccuracy: ['accuracy', 1],
  meanError: ['accuracy', -1],
  meanF1: ['f1', 1],
} as const satisfies Partial<Record<OverallMetric, readonly [HeadMetric, 1 | -1]>>;

/** A weighted sum of contrasts on the same images. */
function meanContrast(contrasts: readonly Contrast[], weights: readonly number[]): Contrast {
  const values = new Float64Array(contrasts[0]?.values.length ?? 0);
  contrasts.forEach((contrast, head) => {
    const weight = weights[head]!;
    for (let image = 0; image < values.length; image++)
      values[image]! += weight * contrast.values[image]!;
  });
  return {values, reach: largest(values)};
}

type PredictionPair = readonly [HeadPredictions, HeadPredictions];

/** The difference of two delta-m, whose reference varies with the images and seeds, too. */
function deltaContrasts(
  predictions: readonly (readonly PredictionPair[])[],
  baselines: readonly UsableRun[],
  heads: readonly string[],
  base: HeadMetric,
): Contrast[] {
  const sign = headMetrics[base].higherIsBetter ? -1 : 1;
  const ofHeads = heads.map((head, at) => {
    const reference = headOverSeeds(head, baselines, base);
    const contrasts = predictions[at]!.map(pair => contrastOf(base, ...pair));
    const difference = mean(contrasts.map(({values}) => mean(values)));
    return {reference, contrasts, difference};
  });
  return baselines.map((_, seed) => {
    const parts = ofHeads.map(({reference, contrasts, difference}): Contrast => {
      const {mean = Number.NaN, influences = []} = reference ?? {};
      const {value = Number.NaN, values: moves} = influences[seed] ?? {};
      const relative = difference / mean;
      const moved = contrasts[seed]!.values;
      const values = new Float64Array(moved.length).fill(Number.NaN);
      for (let image = 0; moves !== undefined && image < moved.length; image++)
        values[image] = moved[image]! - relative * (moves[image]! + value - mean);
      return {values, reach: 1};
    });
    const weights = ofHeads.map(
      ({reference}) => (100 * sign) / heads.length / (reference?.mean ?? Number.NaN),
    );
    return meanContrast(parts, weights);
  });
}

function rankTest(
  facts: TestFacts,
  ranks: Ranks,
  first: string,
  second: string,
): UnadjustedTest | undefined {
  const test = ranks.test(first, second);
  if (test === undefined || Number.isNaN(test.p)) return undefined;
  const {difference, parts, p} = test;
  const half = halfWidth(parts, ALPHA);
  const most = ranks.designs.size - 1;
  const {seeds, bySeed} = parts;
  return {
    ...facts,
    difference,
    ciLow: Math.max(-most, difference - half),
    ciHigh: Math.min(most, difference + half),
    p,
    method: 'ranks in resampled images (Efron) and within each seed',
    bySeed: Number.isFinite(seeds)
      ? {seeds, mean: difference, standardDeviation: Math.sqrt(bySeed * seeds), p: Number.NaN}
      : undefined,
    minimumDetectable: alpha => {
      const detectable = halfWidth(parts, alpha) + halfWidth(parts, 2 * (1 - POWER));
      return detectable <= most ? detectable : Number.NaN;
    },
  };
}
