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
};

/**
 * Returns the learning rate of one step. The warm-up grows linearly; its last step has the full rate.
 * Cosine (Loshchilov and Hutter 2017, without restarts) then spans the remaining steps, as Keras's
 * `CosineDecay` with that many `decay_steps`. The drops of `step` count all epochs of the run, with
 * those of the warm-up; a drop within the warm-up takes effect after it.
 */
export function learningRateAt(
  options: ScheduleOptions,
  {epoch, batch, batchesPerEpoch}: Position,
): number {
  const base = Object.values(options.optimizer)[0]?.learningRate ?? 0;
  const step = (epoch - 1) * batchesPerEpoch + batch;
  const warmupSteps = Math.round(options.warmupEpochs * batchesPerEpoch);
  if (step < warmupSteps) return (base * (step + 1)) / warmupSteps;
  const {schedule} = options;
  switch (schedule.kind) {
    case 'constant':
      return base;
    case 'cosine': {
      const steps = Math.max(1, options.epochs * batchesPerEpoch - warmupSteps);
      const wave = (1 + Math.cos((Math.PI * (step - warmupSteps)) / steps)) / 2;
      return base * (schedule.minimum + (1 - schedule.minimum) * wave);
    }
    case 'step':
      return base * schedule.factor ** Math.floor((epoch - 1) / schedule.every);
  }
}
