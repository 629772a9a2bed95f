import type {GraphBuilder, Value} from '../builder.js';
import {weightless, type Operation} from './operation.js';

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

/** y = x + b for each channel. By x: the gradient itself; by b: its sum over all but the channels. */
export function bias(build: GraphBuilder, input: Value, weight: Value): Operation {
  const layout = {data_format: {text: 'NHWC'}};
  return {
    result: build.float('BiasAdd', [input, weight], layout),
    backward: gradient => ({
      input: gradient,
      weights: [build.float('BiasAddGrad', [gradient], layout)],
    }),
  };
}

/** y = a x + b, for each value. By x: a g. */
export function rescaled(
  build: GraphBuilder,
  input: Value,
  {scale, offset}: {readonly scale: number; readonly offset: number},
): Operation {
  const times = (value: Value): Value => build.float('Mul', [value, build.constant(scale)]);
  return weightless(build.float('AddV2', [times(input), build.constant(offset)]), times);
}

/** Gives the values of each image another shape; the gradient returns to the first one. */
export function reshape(
  build: GraphBuilder,
  input: Value,
  from: readonly number[],
  to: readonly number[],
): Operation {
  return weightless(build.reshape(input, [-1, ...to]), gradient =>
    build.reshape(gradient, [-1, ...from]),
  );
}
