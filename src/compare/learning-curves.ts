import {groupBy} from '../util/group-by.js';
import {answering, outputOf} from '../model/answering.js';
import {headAccuracies, type EpochRecord, type RunState} from '../runs/run-state.js';
import {ownValue} from '../util/own-value.js';
import {mean} from '../util/sum.js';

/** A number after an epoch, over the runs that reached the epoch with a finite number. */
export type CurvePoint = {
  /** 1 is the first. */
  readonly epoch: number;
  readonly mean: number;
  readonly median: number;
  /** The range over seeds; both equal the mean for one seed. */
  readonly low: number;
  readonly high: number;
};

export type CurveSplit = 'train' | 'validation';
export type CurveMetric = 'accuracy' | 'loss';

/** The learning curve of a head over the seeds of a group; includes runs that still train. */
export function learningCurve(
  runs: readonly RunState[],
  head: string,
  split: CurveSplit,
  metric: CurveMetric,
): CurvePoint[] {
  const points = runs.flatMap(run => {
    const output = outputOf(answering(run.models, head), head);
    return historyOf(run, head).flatMap(record => {
      const value = ownValue(record[split].heads, output)?.[metric] ?? Number.NaN;
      return Number.isFinite(value) ? [{epoch: record.epoch, value}] : [];
    });
  });
  return [...groupBy(points, ({epoch}) => epoch)]
    .sort(([epoch], [later]) => epoch - later)
    .map(([epoch, members]) => ({epoch, ...spreadOf(members.map(({value}) => value))}));
}

/** The mean weight that the balance gave a head in each epoch; empty without a balance. */
export function weightCurve(run: RunState, head: string): CurvePoint[] {
  const output = outputOf(answering(run.models, head), head);
  return historyOf(run, head).flatMap(({epoch, weights}) => {
    const weight = ownValue(weights ?? {}, output);
    return weight === undefined || !Number.isFinite(weight) ? [] : [{epoch, ...spreadOf([weight])}];
  });
}

function spreadOf(values: readonly number[]): Omit<CurvePoint, 'epoch'> {
  return {
    median: medianOf(values),
    mean: mean(values),
    low: Math.min(...values),
    high: Math.max(...values),
  };
}

/** Without the library of statistics, which the first frame does not need. */
function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? NaN) + (sorted[Math.ceil(middle)] ?? NaN)) / 2;
}

/** The validation accuracy of the kept weights over seeds, 0 to 1. */
export type KeptAccuracy = Pick<CurvePoint, 'mean' | 'low' | 'high'>;

/**
 * The validation accuracy that tables show. A run that has not ended counts with its latest epoch.
 *
 * @returns undefined where no run has a number.
 */
export function keptAccuracy(runs: readonly RunState[], head: string): KeptAccuracy | undefined {
  const values = runs
    .flatMap(run => headAccuracies(run).filter(candidate => candidate.head === head))
    .map(({accuracy}) => accuracy)
    .filter(Number.isFinite);
  return values.length === 0 ? undefined : spreadOf(values);
}

/** The epochs of the network that answers the head. */
export function historyOf({models}: RunState, head: string): readonly EpochRecord[] {
  return answering(models, head)?.history ?? [];
}
