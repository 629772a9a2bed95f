/** What decides the learning rate; an experiment's `training` is one. */
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
 * The learning rate of one step. The warm-up grows linearly to the full rate, which its last step
 * has. Cosine (Loshchilov and Hutter 2017, without restarts) then takes the steps that are left, as
 * Keras's `CosineDecay` with `decay_steps` for those. The drops of `step` count the epochs of the
 * run from its first, those of the warm-up included; one that falls into the warm-up takes effect
 * when that has ended.
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
