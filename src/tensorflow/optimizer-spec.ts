/** An optimiser with all its numbers; an experiment's `training.optimizer` is one. */
export type OptimizerSpec =
  | {readonly adam: AdamSpec}
  | {readonly sgd: SgdSpec}
  | {readonly momentum: MomentumSpec}
  | {readonly rmsprop: RmspropSpec};

type Common = {
  /** Share taken off each weight at each step, times the learning rate: decoupled, as in AdamW. */
  readonly weightDecay: number;
};
export type AdamSpec = Common & {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
};
export type SgdSpec = Common;
export type MomentumSpec = Common & {readonly momentum: number; readonly nesterov: boolean};
export type RmspropSpec = Common & {
  readonly decay: number;
  readonly momentum: number;
  readonly epsilon: number;
};

/** The same as a closed union, for a switch over its kind. */
export type NamedOptimizer =
  | ({readonly kind: 'adam'} & AdamSpec)
  | ({readonly kind: 'sgd'} & SgdSpec)
  | ({readonly kind: 'momentum'} & MomentumSpec)
  | ({readonly kind: 'rmsprop'} & RmspropSpec);

/**
 * Names an optimiser and rounds what its formula subtracts from 1 as TensorFlow's kernels do, to
 * float32: Adam's correction of a beta2 near 1 must be that of the beta2 which the kernel uses.
 */
export function namedOptimizer(spec: OptimizerSpec): NamedOptimizer {
  if ('adam' in spec) {
    const [beta1, beta2] = [Math.fround(spec.adam.beta1), Math.fround(spec.adam.beta2)];
    return {kind: 'adam', ...spec.adam, beta1, beta2};
  }
  if ('sgd' in spec) return {kind: 'sgd', ...spec.sgd};
  if ('momentum' in spec) return {kind: 'momentum', ...spec.momentum};
  return {kind: 'rmsprop', ...spec.rmsprop, decay: Math.fround(spec.rmsprop.decay)};
}

/** What an optimiser remembers of each weight, by name; all start at zero. */
export const optimizerSlots: Readonly<Record<NamedOptimizer['kind'], readonly string[]>> = {
  adam: ['m', 'v'],
  sgd: [],
  momentum: ['velocity'],
  rmsprop: ['rms', 'momentum'],
};
