import type {BestEpoch} from './checkpoint.js';

export const noneYet: BestEpoch = {epoch: 0, loss: Number.POSITIVE_INFINITY, epochsSince: 0};

/** `training.earlyStopping`; without it nothing stops early. */
type EarlyStopping = {readonly patience: number; readonly minDelta: number};

/** Counts one more epoch. An improvement that is not larger than `minDelta` does not count. */
export function afterEpoch(
  best: BestEpoch,
  epoch: number,
  loss: number,
  minDelta: number,
): BestEpoch {
  return loss < best.loss - minDelta
    ? {epoch, loss, epochsSince: 0}
    : {...best, epochsSince: best.epochsSince + 1};
}

export function shouldStopEarly(best: BestEpoch, rule: EarlyStopping | undefined): boolean {
  return rule !== undefined && best.epochsSince >= rule.patience;
}
