import {createHash} from 'node:crypto';
import {accuracyInterval} from './statistics/accuracy-interval.js';
import {addedReliability, type ReliabilityBin} from './statistics/calibration.js';
import type {Confusion} from './statistics/confusion.js';
import {overSeeds} from './statistics/over-seeds.js';
import type {FlatDefinition} from './definition.js';
import type {ComparedRun, MeasuredRun} from './measure-run.js';
import {ownValue} from '../util/own-value.js';

export const metricNames = [
  'accuracy',
  'trainAccuracy',
  'balancedAccuracy',
  'precision',
  'recall',
  'f1',
  'auc',
  'calibrationError',
] as const;
export type MetricName = (typeof metricNames)[number];

/** A metric over the seeds of a group. */
export type MetricOverSeeds = {
  readonly mean: number;
  /** Standard deviation of a single run (divided by n - 1); NaN for one seed. */
  readonly standardDeviation: number;
};

/** A head over the seeds of a group. */
export type GroupHead = {
  readonly metrics: Readonly<Record<MetricName, MetricOverSeeds>>;
  /**
   * 95 % confidence interval of the accuracy, 0 to 1: Wilson's over the images, widened by what
   * several seeds vary.
   */
  readonly ciLow: number;
  readonly ciHigh: number;
  readonly images: number;
  readonly baseline: number;
  /** Images of all seeds added up, here and in what follows. */
  readonly confusion: Confusion;
  readonly reliability: readonly ReliabilityBin[];
};

/** Runs that share everything but the seed: one row of a comparison. */
export type ComparedGroup = {
  /** Short, and no other group's. */
  readonly name: string;
  readonly runs: readonly ComparedRun[];
  /** Seeds of the runs that can be compared. */
  readonly seeds: readonly number[];
  readonly definition: FlatDefinition;
  readonly variant: ComparedRun['variant'];
  readonly parameters: number;
  /** Mean over the seeds, as what follows. */
  readonly seconds: number;
  readonly imagesPerSecond: number;
  readonly bytes: number;
  /** Milliseconds for one image, and for a batch; NaN where they were not measured. */
  readonly imageMs: number;
  readonly batchMs: number;
  readonly batchImages: number;
  readonly heads: Readonly<Record<string, GroupHead>>;
};

export type MeasuredGroup = {
  readonly group: ComparedGroup;
  /** The runs that can be compared. */
  readonly usable: readonly MeasuredRun[];
};

/**
 * Puts runs together that differ in nothing but the seed, as `--repeat` makes them; in the order in
 * which the first of each comes. A second run of the same definition with the same seed is no new
 * evidence: it begins a group of its own.
 *
 * @param each A group for each run.
 */
export function groupRuns(runs: readonly MeasuredRun[], each = false): MeasuredGroup[] {
  const groups = new Map<string, MeasuredRun[]>();
  runs.forEach((measured, index) => {
    const key = each ? String(index) : groupKey(measured);
    for (let twin = 0; ; twin++) {
      const own = groups.get(`${key}/${twin}`);
      if (own === undefined) {
        groups.set(`${key}/${twin}`, [measured]);
        return;
      }
      if (own.every(({run}) => run.seed !== measured.run.seed)) {
        own.push(measured);
        return;
      }
    }
  });
  const members = [...groups.values()];
  const names = uniqueNames(members);
  return members.map((own, index) => measuredGroup(names[index] ?? '', own));
}

function groupKey({run, definition}: MeasuredRun): string {
  if (definition === undefined) return run.id;
  return createHash('sha256')
    .update(JSON.stringify([run.experiment, definition]))
    .digest('hex');
}

/** The experiment's name, with the end of the first run's id where two share it. */
function uniqueNames(groups: readonly (readonly MeasuredRun[])[]): string[] {
  const experiments = groups.map(([first]) => first?.run.experiment ?? '');
  return experiments.map((experiment, index) => {
    const id = groups[index]?.[0]?.run.id ?? '';
    if (experiment === '') return id;
    const shared = experiments.filter(other => other === experiment).length > 1;
    return shared ? `${experiment} ${id.slice(-4)}` : experiment;
  });
}

function measuredGroup(name: string, members: readonly MeasuredRun[]): MeasuredGroup {
  const usable = members.filter(({run}) => run.problem === undefined);
  const runs = usable.map(({run}) => run);
  const [first] = members;
  const mean = (value: (run: ComparedRun) => number): number => overSeeds(runs.map(value)).mean;
  const heads = [...new Set(runs.flatMap(run => Object.keys(run.heads)))];
  const group: ComparedGroup = {
    name,
    runs: members.map(({run}) => run),
    seeds: runs.flatMap(({seed}) => (seed === undefined ? [] : [seed])),
    definition: first?.definition ?? {},
    variant: first?.run.variant ?? {},
    parameters: first?.run.parameters ?? Number.NaN,
    seconds: mean(({seconds}) => seconds),
    imagesPerSecond: mean(({imagesPerSecond}) => imagesPerSecond),
    bytes: mean(({bytes}) => bytes),
    imageMs: mean(({imageMs}) => imageMs),
    batchMs: mean(({batchMs}) => batchMs),
    batchImages: first?.run.batchImages ?? Number.NaN,
    heads: Object.fromEntries(heads.map(head => [head, groupHead(head, usable)])),
  };
  return {group, usable};
}

function groupHead(head: string, runs: readonly MeasuredRun[]): GroupHead {
  const scores = runs.flatMap(({run}) => ownValue(run.heads, head) ?? []);
  const metrics = Object.fromEntries(
    metricNames.map(name => [name, metricOf(scores.map(score => score[name]))]),
  ) as Record<MetricName, MetricOverSeeds>;
  const [first] = scores;
  const total = (count: keyof Confusion): number =>
    scores.reduce((sum, {confusion}) => sum + confusion[count], 0);
  return {
    metrics,
    ...intervalOf(head, runs),
    images: first?.images ?? 0,
    baseline: overSeeds(scores.map(({baseline}) => baseline)).mean,
    confusion: {
      truePositives: total('truePositives'),
      falsePositives: total('falsePositives'),
      trueNegatives: total('trueNegatives'),
      falseNegatives: total('falseNegatives'),
    },
    reliability: addedReliability(scores.map(({reliability}) => reliability)),
  };
}

function metricOf(values: readonly number[]): MetricOverSeeds {
  const {mean, standardDeviation} = overSeeds(values);
  return {mean, standardDeviation};
}

function intervalOf(
  head: string,
  runs: readonly MeasuredRun[],
): Pick<GroupHead, 'ciLow' | 'ciHigh'> {
  const predictions = runs.flatMap(({predictions}) => predictions?.heads.get(head) ?? []);
  const correct = predictions.map(({labels, predicted}) =>
    labels.map((label, image) => (predicted[image] === label ? 1 : 0)),
  );
  const hashes = new Set(runs.map(({predictions}) => predictions?.imagesHash));
  const [ciLow, ciHigh] = accuracyInterval(correct, hashes.size === 1);
  return {ciLow, ciHigh};
}
