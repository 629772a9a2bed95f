/** The options that decide the learning rate, as in an experiment's `training`. */
export type ScheduleSpec = {
  readonly epochs: number;
  readonly warmupEpochs: number;
  readonly optimizer: Readonly<Record<string, {readonly learningRate: number}>>;
  readonly schedule:
    | {readonly kind: 'constant'}
    | {readonly kind: 'cosine'; readonly minimum: number}
    | {readonly kind: 'step'; readonly every: number; readonly factor: number};
};

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
  spec: ScheduleSpec,
  {epoch, batch, batchesPerEpoch}: Position,
): number {
  const base = Object.values(spec.optimizer)[0]?.learningRate ?? 0;
  const step = (epoch - 1) * batchesPerEpoch + batch;
  const warmupSteps = Math.round(spec.warmupEpochs * batchesPerEpoch);
  if (step < warmupSteps) return (base * (step + 1)) / warmupSteps;
  const {schedule} = spec;
  switch (schedule.kind) {
    case 'constant':
      return base;
    case 'cosine': {
      const steps = Math.max(1, spec.epochs * batchesPerEpoch - warmupSteps);
      const wave = (1 + Math.cos((Math.PI * (step - warmupSteps)) / steps)) / 2;
      return base * (schedule.minimum + (1 - schedule.minimum) * wave);
    }
    case 'step':
      return base * schedule.factor ** Math.floor((epoch - 1) / schedule.every);
  }
}
