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

/** The largest value of each window; the gradient flows to its pixel. */
export function maxPooling(build: GraphBuilder, input: Value, windows: Windows): Operation {
  const attributes = attributesOf(windows);
  const result = build.float('MaxPool', [input], attributes);
  return weightless(result, gradient =>
    build.float('MaxPoolGrad', [input, result, gradient], attributes),
  );
}

/** The mean of each window; the gradient is divided evenly among its pixels. */
export function averagePooling(build: GraphBuilder, input: Value, windows: Windows): Operation {
  const attributes = attributesOf(windows);
  return weightless(build.float('AvgPool', [input], attributes), gradient => {
    const shape = build.shapeOf(input);
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
 * y = max over windows of relu(x * k + b). Forward, TensorFlow fuses convolution, bias and ReLU into
 * one kernel. Backward, the gradient passes ReLU and bias before the pooling spreads it over the
 * pixels, of which there are several times as many. The result is the same: no gradient passes a
 * window whose largest value is not above zero, and all of a window's gradient goes to one pixel, so
 * that the sum for the bias does not change.
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
