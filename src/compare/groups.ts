import {
  headMetricKeys,
  type HeadMetric,
  type OverallMetric,
  type SliceMetric,
} from '../experiment/metrics.js';
import type {EvaluatedPart} from '../experiment/parts.js';
import type {RunTrial} from '../runs/searches.js';
import {ownValue} from '../util/own-value.js';
import {compareRoles, groupingRoles, type GroupingRole} from './grouping/grouping-roles.js';
import {affinityOfGroup, type GroupAffinity} from './affinity.js';
import {meanCosts, poolFolds, singleRuns, type PooledRuns, type UnpooledSeed} from './folds.js';
import {labelled} from './labelled-images.js';
import type {HeadPredictions} from './predictions.js';
import {designKey, designNames, type Design, type FlatDefinition} from './designs.js';
import type {MeasuredRun, RunMetrics, UsableRun} from './run-metrics.js';
import {accuracyInterval} from './statistics/accuracy-interval.js';
import {
  pooledReliability,
  type ClassMatrix,
  type Confusion,
  type ReliabilityBin,
} from './statistics/classification.js';
import {influenceOf, type Influence} from './statistics/influence.js';
import {metricInterval} from './statistics/metric-interval.js';
import {overSeeds} from './statistics/over-seeds.js';

/** A metric of a group; NaN where it is not defined for one of its runs. */
export type MetricSummary = {
  /** Over the seeds. */
  readonly mean: number;
  /** That of a single run (divided by n - 1); NaN for one seed. */
  readonly standardDeviation: number;
  /** 95 % confidence interval over images, and over seeds where there are several. */
  readonly ciLow: number;
  readonly ciHigh: number;
};

/** A head over the seeds of a group. */
export type GroupHead = {
  readonly metrics: Readonly<Record<HeadMetric | SliceMetric, MetricSummary>>;
  /** On the training images, in the epoch of the kept weights. */
  readonly trainAccuracy: Pick<MetricSummary, 'mean' | 'standardDeviation'>;
  /** Number of evaluation images of one seed, of those whose label is known. */
  readonly images: number;
  readonly baseline: number;
  /** Counts the images of all seeds, as does `reliability`. */
  readonly confusion: Confusion;
  /** Likewise, of a head with more than two classes. */
  readonly classes?: ClassMatrix | undefined;
  readonly reliability: readonly ReliabilityBin[];
};

/** Runs that differ in nothing but the seed and the fold: one row of a comparison. */
export type Group = GroupFacts & {
  /** Metrics over all heads; some depend on the other rows. */
  readonly overall: Readonly<Record<OverallMetric, MetricSummary>>;
};

/** What a group is by itself. */
export type GroupFacts = {
  /** Short, and unique within the comparison. */
  readonly name: string;
  readonly runs: readonly RunMetrics[];
  /** Seeds that have metrics, of all their folds. */
  readonly seeds: readonly number[];
  /** Number of folds of each seed, pooled; undefined without folds. */
  readonly folds: number | undefined;
  /** Seeds that are left out because their folds are not complete. */
  readonly unpooled: readonly UnpooledSeed[];
  readonly definition: FlatDefinition;
  readonly variant: RunMetrics['variant'];
  readonly parameters: number;
  /** These and all other numbers are means over the seeds; see `RunMetrics`. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly bytes: number;
  readonly imageMs: number;
  readonly batchMs: number;
  readonly batchImages: number;
  /** The part that its runs are measured on; undefined where none has metrics. */
  readonly part: EvaluatedPart | undefined;
  readonly heads: Readonly<Record<string, GroupHead>>;
  /** How the heads affect each other; absent where no run measured it. */
  readonly affinity?: GroupAffinity | undefined;
};

export type MeasuredGroup = {
  readonly group: GroupFacts;
  readonly usable: readonly UsableRun[];
  /** The trial of a search that the runs belong to, and the name or path of its file. */
  readonly trial?: (RunTrial & {readonly file: string}) | undefined;
  /** What it is in a comparison of groupings. */
  readonly role?: GroupingRole | undefined;
};

/**
 * Groups runs that differ in nothing but the seed and the fold, as `--repeat` and `data.split.folds`
 * make them, in the order of the first run of each group; groupings that were proposed, and their
 * controls, in the order of their roles, by which they are called. A second result of the same definition with
 * the same seed and fold is no new evidence, so it starts another group; a run without a result is
 * named in the group of its definition.
 *
 * @param each One group per run.
 */
export function groupRuns(runs: readonly MeasuredRun[], each = false): MeasuredGroup[] {
  const groups = new Map<string, MeasuredRun[]>();
  runs.forEach((measured, index) => {
    const key = each ? String(index) : designKey(designOf(measured));
    const {seed, fold} = measured.run;
    const isTwin = ({run, predictions}: MeasuredRun): boolean =>
      predictions !== undefined && run.seed === seed && run.fold === fold;
    const hasTwin = (group: readonly MeasuredRun[]): boolean =>
      measured.predictions !== undefined && group.some(isTwin);
    let twin = 0;
    while (hasTwin(groups.get(`${key}/${twin}`) ?? [])) twin += 1;
    const members = groups.get(`${key}/${twin}`) ?? [];
    groups.set(`${key}/${twin}`, [...members, measured]);
  });
  const members = [...groups.values()];
  const firsts = members.flatMap(([first]) => (first ? [first] : []));
  const roles = each ? undefined : groupingRoles(firsts);
  const names = roles?.map(({name}) => name) ?? designNames(firsts.map(designOf));
  const measured = members.map((group, index) => {
    const pooled = each ? singleRuns(group) : poolFolds(group);
    const trial = group[0]?.trial;
    return {...measuredGroup(names[index] ?? '', group, pooled), trial, role: roles?.[index]};
  });
  return roles === undefined ? measured : measured.sort((a, b) => compareRoles(a.role!, b.role!));
}

function designOf({run: {experiment, id}, definition}: MeasuredRun): Design {
  return {experiment, id, definition};
}

function measuredGroup(
  name: string,
  members: readonly MeasuredRun[],
  {usable, folds, unpooled}: PooledRuns,
): MeasuredGroup {
  const runs = usable.map(({run}) => run);
  const [first] = members;
  // The first run may have stopped before its numbers were known.
  const measured = runs[0] ?? first?.run;
  const names = [...new Set(runs.flatMap(run => Object.keys(run.heads)))];
  const heads = names.map(head => [head, groupHead(head, usable)] as const);
  const affinity = affinityOfGroup(usable.map(run => run.affinity));
  const group: GroupFacts = {
    name,
    runs: members.map(({run}) => run),
    seeds: runs.flatMap(({seed}) => (seed === undefined ? [] : [seed])),
    ...{folds, unpooled},
    definition: first?.definition ?? {},
    variant: first?.run.variant ?? {},
    parameters: measured?.parameters ?? Number.NaN,
    ...meanCosts(runs),
    batchImages: measured?.batchImages ?? Number.NaN,
    part: runs[0]?.part,
    heads: Object.fromEntries(heads),
    affinity,
  };
  return {group, usable};
}

function groupHead(head: string, runs: readonly UsableRun[]): GroupHead {
  const heads = runs.flatMap(({run}) => ownValue(run.heads, head) ?? []);
  const {mean, standardDeviation} = overSeeds(heads.map(({trainAccuracy}) => trainAccuracy));
  const total = (count: keyof Confusion): number =>
    heads.reduce((sum, {confusion}) => sum + confusion[count], 0);
  return {
    metrics: {
      ...(Object.fromEntries(
        headMetricKeys.map(metric => [metric, headMetric(metric, head, runs)]),
      ) as Record<HeadMetric, MetricSummary>),
      worstSlice: undefinedSummary,
    },
    trainAccuracy: {mean, standardDeviation},
    images: heads[0]?.images ?? 0,
    baseline: overSeeds(heads.map(({baseline}) => baseline)).mean,
    confusion: {
      truePositives: total('truePositives'),
      falsePositives: total('falsePositives'),
      trueNegatives: total('trueNegatives'),
      falseNegatives: total('falseNegatives'),
    },
    ...matrixOfSeeds(heads.flatMap(({classes}) => classes ?? [])),
    reliability: pooledReliability(heads.map(({reliability}) => reliability)),
  };
}

/** Adds up the matrices of seeds. */
function matrixOfSeeds(seeds: readonly ClassMatrix[]): {readonly classes?: ClassMatrix} {
  const [first] = seeds;
  if (first === undefined) return {};
  const matrix = first.matrix.map((row, label) =>
    row.map((_, name) => seeds.reduce((sum, seed) => sum + seed.matrix[label]![name]!, 0)),
  );
  return {classes: {names: first.names, matrix}};
}

export const undefinedSummary: MetricSummary = {
  ...{mean: Number.NaN, standardDeviation: Number.NaN},
  ...{ciLow: Number.NaN, ciHigh: Number.NaN},
};

/** A metric over seeds, from the influences on it. */
export function summaryOf(influences: readonly Influence[], sameImages: boolean): MetricSummary {
  const {mean, standardDeviation} = overSeeds(influences.map(({value}) => value));
  const [ciLow, ciHigh] = metricInterval(influences, sameImages);
  return {mean, standardDeviation, ciLow, ciHigh};
}

/** A metric of a head over the seeds of a group. */
function headMetric(metric: HeadMetric, head: string, runs: readonly UsableRun[]): MetricSummary {
  const predictions = runs.flatMap(run => {
    const ofRun = run.predictions.heads.get(head);
    return ofRun === undefined ? [] : labelled(ofRun);
  });
  const {mean, standardDeviation} = overSeeds(
    runs.flatMap(({run}) => ownValue(run.heads, head)?.[metric] ?? []),
  );
  const sameImages =
    haveSameImages(runs) && new Set(predictions.map(({labels}) => labels.length)).size === 1;
  const [ciLow, ciHigh] =
    metric === 'accuracy'
      ? accuracyInterval(predictions.map(correctOf), sameImages)
      : metricInterval(
          predictions.map(each => influenceOf(metric, each)),
          sameImages,
        );
  return {mean, standardDeviation, ciLow, ciHigh};
}

/** 1 where an image is classified correctly, else 0. */
function correctOf({labels, predicted}: HeadPredictions): Uint8Array {
  return labels.map((label, image) => (predicted[image] === label ? 1 : 0));
}

/** Whether all runs were evaluated on the same images, by name. */
export function haveSameImages(runs: readonly UsableRun[]): boolean {
  return new Set(runs.map(({predictions}) => predictions.imagesHash)).size === 1;
}
