import type {GraphBuilder, Value} from '../builder.js';
import type {Operation} from './operation.js';
import {maxPooling, type Pooling} from './pooling.js';

type PooledConvolution = {
  readonly convolved: Operation;
  /** Adds the bias; undefined where there is none. */
  readonly shift: ((input: Value) => Operation) | undefined;
  readonly pooling: Pooling;
};

/**
 * y = max over windows of relu(x * k + b). Forward, TensorFlow folds convolution, bias and ReLU
 * into one kernel. Backward, the gradient goes through the ReLU and to the bias before the
 * pooling hands it to single pixels, while it has a quarter of their number: where the largest of
 * a window is not above zero nothing flows, and what flows to a window reaches just one pixel, so
 * that its sum is the same.
 */
export function pooledConvolution(
  build: GraphBuilder,
  {convolved, shift, pooling}: PooledConvolution,
): Operation {
  const shifted = shift?.(convolved.result);
  const rectified = build.float('Relu', [(shifted ?? convolved).result]);
  const pooled = maxPooling(build, rectified, pooling);
  return {
    result: pooled.result,
    backward: (gradient, needsInput) => {
      const positive = build.float('ReluGrad', [gradient, pooled.result]);
      const byBias = shifted?.backward(positive, false).weights ?? [];
      const byPixel = pooled.backward(positive, true).input as Value;
      const {input, weights} = convolved.backward(byPixel, needsInput);
      return {input, weights: [...weights, ...byBias]};
    },
  };
}
