import type {AdamSpec} from '../../optimizer-spec.js';
import type {GraphBuilder} from '../builder.js';
import {applyKernel, type Update} from './optimizer.js';

/**
 * Adam (Kingma and Ba 2015) in the form of its section 2: the rate that is fed already holds both
 * bias corrections, so the kernel's own are switched off by powers of zero.
 */
export function adam(
  build: GraphBuilder,
  update: Update,
  {beta1, beta2, epsilon}: AdamSpec,
): string {
  const none = build.constant(0);
  const numbers = [
    none,
    none,
    update.rate,
    build.constant(beta1),
    build.constant(beta2),
    build.constant(epsilon),
  ];
  return applyKernel(build, 'ResourceApplyAdam', update, [...numbers, update.gradient], {
    use_nesterov: {bool: false},
  });
}

/** What the rate of a step is multiplied by. @param steps 1 or more. */
export function adamCorrection({beta1, beta2}: AdamSpec, steps: number): number {
  return Math.sqrt(1 - beta2 ** steps) / (1 - beta1 ** steps);
}
