import type {BalanceMethod} from '../experiment/balance-methods.js';
import type {OptimizerDefinition, TrainingDefinition} from '../experiment/schema.js';

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

/** How the gradients of batches become updates of the weights. */
export type UpdateRule = {
  readonly optimizer: NamedOptimizer;
  /** The largest norm of all gradients together; undefined does not clip them. */
  readonly clipNorm?: number | undefined;
  /** Batches whose gradients are averaged for one update; undefined: 1. */
  readonly accumulate?: number | undefined;
  /** Decay of the exponential moving average of the weights; undefined keeps no average. */
  readonly emaDecay?: number | undefined;
  /** How the losses of the heads are weighed; undefined: by their own weights alone. */
  readonly balance?: BalanceMethod | undefined;
};

/** Reads the rule from an experiment's `training`. */
export function updateRule({
  optimizer,
  clipNorm,
  accumulate,
  ema,
  balance = 'equal',
}: Pick<
  TrainingDefinition,
  'optimizer' | 'clipNorm' | 'accumulate' | 'ema' | 'balance'
>): UpdateRule {
  // Rounded as TensorFlow's kernels round beta2, whose correction has the same form.
  const emaDecay = ema && Math.fround(ema.decay);
  return {
    optimizer: namedOptimizer(optimizer),
    ...{clipNorm, accumulate, emaDecay},
    balance: balance === 'equal' ? undefined : balance,
  };
}

/** The slot of a weight's moving average, which starts as the weight itself. */
export const AVERAGE = 'average';
/** The slot of the sum of a weight's gradients over the batches of an update. */
export const GRADIENT_SUM = 'gradient';

/** Names of the tensors that a step keeps for a weight, beside the weight. */
export function slotNames(
  {optimizer, accumulate = 1, emaDecay}: UpdateRule,
  isTrainable: boolean,
): readonly string[] {
  return [
    ...(isTrainable ? optimizerSlots[optimizer.kind] : []),
    ...(isTrainable && accumulate > 1 ? [GRADIENT_SUM] : []),
    ...(emaDecay === undefined ? [] : [AVERAGE]),
  ];
}

/**
 * How far the moving average of the weights goes towards the new weights. With this fraction in place of
 * 1 - decay, the average is the one with bias correction (as Adam's, Kingma and Ba 2015): the first
 * update makes it the weights.
 *
 * @param updates Updates of the weights, this one included: 1 or more.
 */
export function averageFraction(decay: number, updates: number): number {
  return (1 - decay) / (1 - decay ** updates);
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
