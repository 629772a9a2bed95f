import type {OptimizerDefinition} from '../experiment/schema.js';

type Named<Definition> = {
  [Kind in keyof Definition]: {readonly kind: Kind} & Readonly<Definition[Kind]>;
}[keyof Definition];
type NamedEach<Definition> = Definition extends unknown ? Named<Definition> : never;

/** An experiment's `training.optimizer` as a closed union, for a switch over its kind. */
export type NamedOptimizer = NamedEach<OptimizerDefinition>;

/**
 * Makes a member of the closed union, and rounds what the formula subtracts from 1 to float32, as
 * TensorFlow's kernels do: with a beta2 near 1, Adam's correction must use the kernel's beta2.
 */
export function namedOptimizer(definition: OptimizerDefinition): NamedOptimizer {
  if ('adam' in definition) {
    const {adam} = definition;
    const [beta1, beta2] = [Math.fround(adam.beta1), Math.fround(adam.beta2)];
    return {kind: 'adam', ...adam, beta1, beta2};
  }
  if ('sgd' in definition) return {kind: 'sgd', ...definition.sgd};
  if ('momentum' in definition) return {kind: 'momentum', ...definition.momentum};
  const {rmsprop} = definition;
  return {kind: 'rmsprop', ...rmsprop, decay: Math.fround(rmsprop.decay)};
}

/** Names of the tensors that an optimizer keeps for each weight; all start at zero. */
export const optimizerSlots: Readonly<Record<NamedOptimizer['kind'], readonly string[]>> = {
  adam: ['m', 'v'],
  sgd: [],
  momentum: ['velocity'],
  rmsprop: ['rms', 'momentum'],
};

/** The factor of the rate in one step of Adam. @param steps Steps taken, this one included. */
export function adamCorrection(
  {beta1, beta2}: Extract<NamedOptimizer, {kind: 'adam'}>,
  steps: number,
): number {
  return Math.sqrt(1 - beta2 ** steps) / (1 - beta1 ** steps);
}
