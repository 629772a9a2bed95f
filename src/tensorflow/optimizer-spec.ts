/** An optimizer with its options, as an experiment's `training.optimizer`. */
export type OptimizerSpec =
  | {readonly adam: AdamSpec}
  | {readonly sgd: SgdSpec}
  | {readonly momentum: MomentumSpec}
  | {readonly rmsprop: RmspropSpec};

type Common = {
  /** Fraction of each weight that a step subtracts, times the learning rate: decoupled, as in AdamW. */
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
 * Makes a member of the closed union, and rounds what the formula subtracts from 1 to float32, as
 * TensorFlow's kernels do: with a beta2 near 1, Adam's correction must use the kernel's beta2.
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

/** Names of the tensors that an optimizer keeps for each weight; all start at zero. */
export const optimizerSlots: Readonly<Record<NamedOptimizer['kind'], readonly string[]>> = {
  adam: ['m', 'v'],
  sgd: [],
  momentum: ['velocity'],
  rmsprop: ['rms', 'momentum'],
};
