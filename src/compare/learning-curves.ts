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

/** The epochs of the network that has the head. */
export function historyOf({models}: RunState, head: string): readonly EpochRecord[] {
  return models.find(({heads}) => heads.includes(head))?.history ?? [];
}
