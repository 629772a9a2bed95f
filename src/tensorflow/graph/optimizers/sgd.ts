import type {GraphBuilder} from '../builder.js';
import {applyKernel, type Update} from './optimizer.js';

/** w - rate g */
export function sgd(build: GraphBuilder, update: Update): string {
  return applyKernel(build, 'ResourceApplyGradientDescent', update, [update.rate, update.gradient]);
}
