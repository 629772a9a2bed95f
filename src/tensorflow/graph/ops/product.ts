import type {GraphBuilder, Value} from '../builder.js';
import type {Operation} from './operation.js';

/** y = x w. By x: g wᵀ; by w: xᵀ g. */
export function product(build: GraphBuilder, input: Value, weight: Value): Operation {
  const multiply = (a: Value, b: Value, transposeA: boolean, transposeB: boolean): Value =>
    build.float('MatMul', [a, b], {
      transpose_a: {bool: transposeA},
      transpose_b: {bool: transposeB},
    });
  return {
    result: multiply(input, weight, false, false),
    backward: (gradient, needsInput) => ({
      input: needsInput ? multiply(gradient, weight, false, true) : undefined,
      weights: [multiply(input, gradient, true, false)],
    }),
  };
}
