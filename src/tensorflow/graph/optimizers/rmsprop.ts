import type {RmspropSpec} from '../../optimizer-spec.js';
import type {GraphBuilder} from '../builder.js';
import {applyKernel, type Update} from './optimizer.js';

/** RMSProp (Tieleman and Hinton 2012), not centred. */
export function rmsprop(
  build: GraphBuilder,
  update: Update,
  {decay, momentum, epsilon}: RmspropSpec,
): string {
  const numbers = [
    update.rate,
    build.constant(decay),
    build.constant(momentum),
    build.constant(epsilon),
  ];
  return applyKernel(build, 'ResourceApplyRMSProp', update, [...numbers, update.gradient]);
}
