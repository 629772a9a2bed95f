import type {TrainingDefinition} from '../experiment/schema.js';

/** The options that decide the learning rate. */
type ScheduleOptions = Pick<
  TrainingDefinition,
  'epochs' | 'warmupEpochs' | 'optimizer' | 'schedule'
>;

/** A batch's position: `epoch` from 1, `batch` from 0. */
type Position = {
  readonly epoch: number;
  readonly batch: number;
  readonly batchesPerEpoch: number;
  /** How often `plateau` has dropped the rate; default: 0. */
  readonly drops?: number;
};

/**
 * Returns the learning rate of one step. The warm-up grows linearly; its last step has the full rate.
 * Cosine (Loshchilov and Hutter 2017) then spans the remaining steps, as Keras's `CosineDecay` with that
 * many `decay_steps`; its cycles are equally long. One cycle (Smith 2018) rises and falls along cosines over
 * the remaining steps, as PyTorch's `OneCycleLR` without a cycle of momentum. The drops of `step` count all epochs of the run, with
 * those of the warm-up; a drop within the warm-up takes effect after it, as does one of `plateau`.
 */
export function learningRateAt(
  options: ScheduleOptions,
  {epoch, batch, batchesPerEpoch, drops = 0}: Position,
): number {
  const base = Object.values(options.optimizer)[0]?.learningRate ?? 0;
  const step = (epoch - 1) * batchesPerEpoch + batch;
  const warmupSteps = Math.round(options.warmupEpochs * batchesPerEpoch);
  if (step < warmupSteps) return (base * (step + 1)) / warmupSteps;
  const {schedule} = options;
  const remaining = options.epochs * batchesPerEpoch - warmupSteps;
  switch (schedule.kind) {
    case 'constant':
      return base;
    case 'cosine': {
      const length = Math.max(1, remaining / (schedule.cycles ?? 1));
      const at = step - warmupSteps;
      const wave = halfWave(at < remaining ? (at % length) / length : 1);
      return base * (schedule.minimum + (1 - schedule.minimum) * wave);
    }
    case 'one-cycle': {
      const {rise, initial, final} = schedule;
      const [top, last] = [rise * remaining - 1, remaining - 1];
      const at = step - warmupSteps;
      if (at < top) return base * (1 - (1 - initial) * halfWave(at / top));
      const done = last > top ? Math.min(1, (at - top) / (last - top)) : 0;
      return base * (final + (1 - final) * halfWave(done));
    }
    case 'plateau':
      return base * Math.max(schedule.minimum, schedule.factor ** drops);
    case 'step':
      return base * schedule.factor ** Math.floor((epoch - 1) / schedule.every);
  }
}

/** From 1 down to 0 along half a cosine. @param fraction 0 to 1. */
function halfWave(fraction: number): number {
  return (1 + Math.cos(Math.PI * fraction)) / 2;
}
