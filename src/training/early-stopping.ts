/** Which epoch was best so far, and for how long none was better. */
export type BestSoFar = {
  /** 0 before the first epoch. */
  readonly epoch: number;
  /** Validation loss of that epoch; Infinity before the first. */
  readonly loss: number;
  readonly epochsSince: number;
};

export const noneYet: BestSoFar = {epoch: 0, loss: Number.POSITIVE_INFINITY, epochsSince: 0};

/** What `training.earlyStopping` asks for; without it nothing stops early. */
type EarlyStopping = {readonly patience: number; readonly minDelta: number};

/** The record after one more epoch. An improvement smaller than `minDelta` does not count. */
export function afterEpoch(
  best: BestSoFar,
  epoch: number,
  loss: number,
  minDelta: number,
): BestSoFar {
  return loss < best.loss - minDelta
    ? {epoch, loss, epochsSince: 0}
    : {...best, epochsSince: best.epochsSince + 1};
}

export function shouldStopEarly(best: BestSoFar, rule: EarlyStopping | undefined): boolean {
  return rule !== undefined && best.epochsSince >= rule.patience;
}
