import type {MomentumSpec} from '../../optimizer-spec.js';
import type {GraphBuilder} from '../builder.js';
import {applyKernel, type Update} from './optimizer.js';

/** Momentum (Polyak 1964), or Nesterov's form of it (Sutskever et al. 2013). */
export function momentum(
  build: GraphBuilder,
  update: Update,
  {momentum: share, nesterov}: MomentumSpec,
): string {
  const numbers = [update.rate, update.gradient, build.constant(share)];
  return applyKernel(build, 'ResourceApplyMomentum', update, numbers, {
    use_nesterov: {bool: nesterov},
  });
}
