import {headMetrics, type HeadMetric, type OverallMetric} from '../experiment/metrics.js';
import {
  haveSameImages,
  type MeasuredGroup,
  type MetricSummary,
  summaryOf,
  undefinedSummary,
} from './groups.js';
import type {HeadPredictions} from './predictions.js';
import {pairRuns} from './pair-runs.js';
import type {UsableRun} from './run-metrics.js';
import {influenceOf, type Influence} from './statistics/influence.js';
import {metricHalfWidth} from './statistics/metric-interval.js';
import {overSeeds} from './statistics/over-seeds.js';
import {blocksOf, meanRanks, type RankedDesign, type Ranks} from './statistics/ranks.js';
import {mean, sum} from '../util/sum.js';

/** What the metrics over heads are computed from. */
type OverHeadsOptions = {
  /** Name of the group that delta-m is relative to. */
  readonly reference: string | undefined;
  /** The metric of each head for delta-m and ranks. */
  readonly base: HeadMetric;
};

/** The metrics over heads of each group, and the ranks for tests of pairs. */
type OverHeads = {
  readonly overall: readonly Readonly<Record<OverallMetric, MetricSummary>>[];
  /** undefined where the groups cannot be ranked: fewer than two, or not on the same images. */
  readonly ranks: Ranks | undefined;
};

/** One metric of a head of a design, and the same of the reference. */
type RelativeTo = {
  readonly value: number;
  readonly reference: number;
  readonly higherIsBetter: boolean;
};

/**
 * delta-m, the mean relative change against a reference design (Maninis, Radosavovic and Kokkinos
 * 2019): 100/K times the sum over the K metrics of (-1)^s (M - B) / B, where M is the design's
 * metric, B the reference's, and s is 1 where higher is better.
 *
 * @returns Percent; negative is better than the reference. NaN without metrics.
 */
export function deltaM(metrics: readonly RelativeTo[]): number {
  const changes = metrics.map(
    ({value, reference, higherIsBetter}) =>
      ((higherIsBetter ? -1 : 1) * (value - reference)) / reference,
  );
  return (100 * sum(changes)) / metrics.length;
}

/** The metrics over the heads of each group, with their intervals. */
export function overHeads(
  groups: readonly MeasuredGroup[],
  {reference, base}: OverHeadsOptions,
): OverHeads {
  const baseline = groups.find(({group}) => group.name === reference);
  const ranks = ranksOf(groups, base);
  const overall = groups.map((measured): Record<OverallMetric, MetricSummary> => {
    const accuracy = meansOf(measured, 'accuracy');
    const sameImages = haveSameImages(measured.usable);
    const error = accuracy.map(({value, values, counted}) => ({
      ...{value: 1 - value, values: values.map(part => -part), counted},
    }));
    return {
      meanAccuracy: summaryOf(accuracy, sameImages),
      meanError: summaryOf(error, sameImages),
      meanF1: summaryOf(meansOf(measured, 'f1'), sameImages),
      deltaM: baseline === undefined ? undefinedSummary : deltaSummary(measured, baseline, base),
      meanRank: ranks?.designs.get(measured.group.name) ?? undefinedSummary,
    };
  });
  return {overall, ranks};
}

/** The mean of a metric over the heads of each run. */
function meansOf({group, usable}: MeasuredGroup, metric: HeadMetric): Influence[] {
  const heads = Object.keys(group.heads);
  return usable.map(run => meanInfluence(influencesOf(run, heads, metric)));
}

/** The influences on a metric of these heads; only of those that the run has. */
function influencesOf(run: UsableRun, heads: readonly string[], metric: HeadMetric): Influence[] {
  return heads.flatMap(head => {
    const predictions = run.predictions.heads.get(head);
    return predictions === undefined ? [] : [influenceOf(metric, predictions)];
  });
}

/** The influence on the mean of several metrics on the same images. */
export function meanInfluence(influences: readonly Influence[]): Influence {
  const images = influences[0]?.values.length ?? 0;
  const values = new Float64Array(images);
  for (const influence of influences)
    for (let image = 0; image < images; image++)
      values[image]! += influence.values[image]! / influences.length;
  return {
    value: mean(influences.map(({value}) => value)),
    values,
    counted: images,
  };
}

/** A head of a group: its metric over the seeds, and the influences on it by seed. */
type HeadOverSeeds = {readonly mean: number; readonly influences: readonly Influence[]};

/** A metric of one head over runs. @returns undefined where a run lacks the head. */
export function headOverSeeds(
  head: string,
  runs: readonly UsableRun[],
  metric: HeadMetric,
): HeadOverSeeds | undefined {
  const predictions = runs.map(run => run.predictions.heads.get(head));
  if (predictions.includes(undefined) || runs.length === 0) return undefined;
  const influences = (predictions as HeadPredictions[]).map(each => influenceOf(metric, each));
  return {mean: mean(influences.map(({value}) => value)), influences};
}

/** delta-m of the means over seeds; its variance is that of its linear part in both designs. */
function deltaSummary(
  {usable}: MeasuredGroup,
  baseline: MeasuredGroup,
  base: HeadMetric,
): MetricSummary {
  const pairs = pairRuns(usable, baseline.usable);
  const runs = pairs.flat();
  if (pairs.length === 0 || !haveSameImages(runs)) return undefinedSummary;
  const names = commonHeads([...usable, ...baseline.usable]);
  const heads = names.map(head => ({
    design: headOverSeeds(head, usable, base)!,
    reference: headOverSeeds(head, baseline.usable, base)!,
  }));
  const {higherIsBetter} = headMetrics[base];
  const mean = deltaM(
    heads.map(({design, reference}) => ({
      ...{value: design.mean, reference: reference.mean, higherIsBetter},
    })),
  );
  const images = runs[0]?.predictions.files.length ?? 0;
  const rows = pairs.map(([run, twin]): Influence => {
    const [seed, twinSeed] = [usable.indexOf(run), baseline.usable.indexOf(twin)];
    const values = new Float64Array(images);
    let value = mean;
    for (const {design, reference} of heads) {
      const scale = ((higherIsBetter ? -1 : 1) * 100) / heads.length / reference.mean;
      const ratio = design.mean / reference.mean;
      const [first, second] = [design.influences[seed]!, reference.influences[twinSeed]!];
      value += scale * (first.value - design.mean - ratio * (second.value - reference.mean));
      for (let image = 0; image < images; image++)
        values[image]! += scale * (first.values[image]! - ratio * second.values[image]!);
    }
    return {value, values, counted: images};
  });
  const half = metricHalfWidth(rows, true);
  const {standardDeviation} = overSeeds(rows.map(({value}) => value));
  return {mean, standardDeviation, ciLow: mean - half, ciHigh: mean + half};
}

/** The heads that all runs have, in the order of the first. */
function commonHeads(runs: readonly UsableRun[]): string[] {
  const [first] = runs;
  return [...(first?.predictions.heads.keys() ?? [])].filter(head =>
    runs.every(({predictions}) => predictions.heads.has(head)),
  );
}

/** Ranks the groups that have a result, where all were evaluated on the same images. */
function ranksOf(groups: readonly MeasuredGroup[], base: HeadMetric): Ranks | undefined {
  const usable = groups.filter(group => group.usable.length > 0);
  const runs = usable.flatMap(group => group.usable);
  if (usable.length < 2 || !haveSameImages(runs)) return undefined;
  const heads = commonHeads(runs);
  const designs = usable.map(({group, usable: members}): RankedDesign => ({
    name: group.name,
    seeds: members.map(({run}) => run.seed),
    heads: heads.map(head => {
      const {influences} = headOverSeeds(head, members, base)!;
      return {values: influences.map(({value}) => value), blocks: influences.map(blocksOf)};
    }),
  }));
  return heads.length === 0 ? undefined : meanRanks(designs, headMetrics[base].higherIsBetter);
}
