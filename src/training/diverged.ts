import type {NamedTensor} from '../tensorflow/network.js';
import {UserError} from '../util/user-error.js';
import type {ModelProgress} from './checkpoint.js';

/** The weights after the last epoch with finite losses. */
type FiniteEpoch = {readonly epoch: number; readonly weights: readonly NamedTensor[]};

/** A loss is NaN or infinite: the run ends. */
export class Diverged extends UserError {
  /** @param last undefined where no epoch had finite losses. */
  constructor(
    message: string,
    readonly last?: FiniteEpoch,
  ) {
    super(message, {
      hint: 'Use a smaller learning rate, warmupEpochs or clipNorm.',
      exitCode: 1,
    });
  }
}

/**
 * Finds the weights of the last epoch with finite losses. A checkpoint within an epoch has no weights of
 * the epoch before: then these are the best ones.
 *
 * @param progress Progress when the epoch that diverged began or resumed.
 */
export function lastFiniteEpoch(
  {epoch, batches, best, bestResult}: ModelProgress,
  evaluated: readonly NamedTensor[],
): FiniteEpoch | undefined {
  if (bestResult === undefined) return undefined;
  return batches === 0
    ? {epoch: epoch - 1, weights: evaluated}
    : {epoch: best.epoch, weights: bestResult.weights};
}
