import type {Scalar, Tensor} from '@tensorflow/tfjs';
import {assertNever} from '../util/assert-never.js';
import {adamCorrection, type NamedOptimizer} from './optimizer-spec.js';
import type {TensorFlow} from './types.js';

/** A weight after a step, and the optimizer's slots for it. */
type Updated = {readonly weight: Tensor; readonly slots: readonly Tensor[]};

/**
 * Computes one step of an optimizer on one weight, with tfjs's operations. The formulas are those of
 * TensorFlow's ResourceApply kernels, so that both training steps compute the same.
 *
 * @param steps Steps taken, this one included: 1 or more.
 */
export function applyOptimizer(
  tf: TensorFlow,
  optimizer: NamedOptimizer,
  weight: Tensor,
  gradient: Tensor,
  slots: readonly Tensor[],
  rate: Scalar,
  steps: number,
): Updated {
  const decayed =
    optimizer.weightDecay === 0 ? weight : weight.sub(weight.mul(rate.mul(optimizer.weightDecay)));
  const [first, second] = slots as [Tensor, Tensor];
  switch (optimizer.kind) {
    case 'adam': {
      const {beta1, beta2, epsilon} = optimizer;
      const mean = first.add(gradient.sub(first).mul(1 - beta1));
      const square = second.add(
        gradient
          .square()
          .sub(second)
          .mul(1 - beta2),
      );
      const change = mean
        .mul(rate.mul(adamCorrection(optimizer, steps)))
        .div(square.sqrt().add(epsilon));
      return {weight: decayed.sub(change), slots: [mean, square]};
    }
    case 'sgd':
      return {weight: decayed.sub(gradient.mul(rate)), slots: []};
    case 'momentum': {
      const step = gradient.mul(rate);
      const velocity = first.mul(optimizer.momentum).sub(step);
      const change = optimizer.nesterov ? velocity.mul(optimizer.momentum).sub(step) : velocity;
      return {weight: decayed.add(change), slots: [velocity]};
    }
    case 'rmsprop': {
      const rms = first.add(
        gradient
          .square()
          .sub(first)
          .mul(1 - optimizer.decay),
      );
      const change = second
        .mul(optimizer.momentum)
        .add(gradient.mul(rate).div(tf.sqrt(rms.add(optimizer.epsilon))));
      return {weight: decayed.sub(change), slots: [rms, change]};
    }
    default:
      return assertNever(optimizer);
  }
}
