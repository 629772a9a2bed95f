import type {Windows} from '../../../model/layers/windows.js';
import type {GraphBuilder, Value} from '../builder.js';
import {weightless, type Operation} from './operation.js';

function attributesOf({window, stride, padding}: Windows) {
  return {
    ksize: {ints: [1, ...window, 1]},
    strides: {ints: [1, ...stride, 1]},
    padding: {text: padding.toUpperCase()},
    data_format: {text: 'NHWC'},
  };
}

/** The largest of each window; the gradient goes to where it was. */
export function maxPooling(build: GraphBuilder, input: Value, windows: Windows): Operation {
  const attributes = attributesOf(windows);
  const result = build.float('MaxPool', [input], attributes);
  return weightless(result, gradient =>
    build.float('MaxPoolGrad', [input, result, gradient], attributes),
  );
}

/** The mean of each window; the gradient is shared out evenly. */
export function averagePooling(build: GraphBuilder, input: Value, windows: Windows): Operation {
  const attributes = attributesOf(windows);
  return weightless(build.float('AvgPool', [input], attributes), gradient => {
    const shape = build.float('Shape', [input], {out_type: {type: 'int32'}});
    return build.float('AvgPoolGrad', [shape, gradient], attributes);
  });
}

type PooledConvolution = {
  readonly convolved: Operation;
  /** Adds the bias; undefined where there is none. */
  readonly shift: ((input: Value) => Operation) | undefined;
  readonly pooling: Windows;
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
