import type {MomentumSpec} from '../../optimizer-spec.js';
import type {GraphBuilder} from '../builder.js';
import {applyKernel, type Update} from './optimizer.js';

/**
 * Momentum (Polyak 1964), or Nesterov's form of it (Sutskever et al. 2013), as Keras 3 has it: the
 * rate of a step is in the velocity, so that a lower rate slows down only what is added.
 */
export function momentum(
  build: GraphBuilder,
  update: Update,
  {momentum: share, nesterov}: MomentumSpec,
): string {
  const numbers = [update.rate, update.gradient, build.constant(share)];
  return applyKernel(build, 'ResourceApplyKerasMomentum', update, numbers, {
    use_nesterov: {bool: nesterov},
  });
}
