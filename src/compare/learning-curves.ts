import {headAccuracies} from '../runs/head-accuracies.js';
import type {EpochRecord, RunState} from '../runs/run-state.js';
import {ownValue} from '../util/own-value.js';

/** A number after an epoch, over the runs that got so far and where it is finite. */
export type CurvePoint = {
  /** 1 is the first. */
  readonly epoch: number;
  readonly mean: number;
  /** The least and the most of the seeds; both the mean for one seed. */
  readonly low: number;
  readonly high: number;
};

export type CurveSplit = 'train' | 'validation';
export type CurveMetric = 'accuracy' | 'loss';

/** How a head learned, epoch by epoch, over the seeds of a group; also of runs that go on. */
export function learningCurve(
  runs: readonly RunState[],
  head: string,
  split: CurveSplit,
  metric: CurveMetric,
): CurvePoint[] {
  const values = new Map<number, number[]>();
  for (const run of runs) {
    for (const record of historyOf(run, head)) {
      const value = ownValue(record[split].heads, head)?.[metric] ?? Number.NaN;
      if (!Number.isFinite(value)) continue;
      const known = values.get(record.epoch);
      if (known === undefined) values.set(record.epoch, [value]);
      else known.push(value);
    }
  }
  return [...values]
    .sort(([one], [other]) => one - other)
    .map(([epoch, own]) => ({
      epoch,
      mean: own.reduce((sum, value) => sum + value, 0) / own.length,
      low: Math.min(...own),
      high: Math.max(...own),
    }));
}

/** The validation accuracy that tables show of runs: of the kept weights, 0 to 1. */
export type KeptAccuracy = Pick<CurvePoint, 'mean' | 'low' | 'high'>;

/**
 * The accuracy of the kept weights over the seeds of a group. A run that has not ended counts with its
 * latest epoch. undefined where no run has a number.
 */
export function keptAccuracy(runs: readonly RunState[], head: string): KeptAccuracy | undefined {
  const values = runs
    .flatMap(run => headAccuracies(run).filter(candidate => candidate.head === head))
    .map(({accuracy}) => accuracy)
    .filter(Number.isFinite);
  if (values.length === 0) return undefined;
  return {
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    low: Math.min(...values),
    high: Math.max(...values),
  };
}

/** The epochs of the network that has the head. */
export function historyOf({models}: RunState, head: string): readonly EpochRecord[] {
  return models.find(({heads}) => heads.includes(head))?.history ?? [];
}
