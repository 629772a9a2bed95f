import type {GraphBuilder, Value} from '../builder.js';
import {weightless, type Operation, type Sides} from './operation.js';

export type Pooling = {
  readonly size: Sides;
  readonly stride: Sides;
  readonly padding: 'valid' | 'same';
};

function attributesOf({size, stride, padding}: Pooling) {
  return {
    ksize: {ints: [1, ...size, 1]},
    strides: {ints: [1, ...stride, 1]},
    padding: {text: padding.toUpperCase()},
    data_format: {text: 'NHWC'},
  };
}

/** The largest of each window; the gradient goes to where it was. */
export function maxPooling(build: GraphBuilder, input: Value, spec: Pooling): Operation {
  const attributes = attributesOf(spec);
  const result = build.float('MaxPool', [input], attributes);
  return weightless(result, gradient =>
    build.float('MaxPoolGrad', [input, result, gradient], attributes),
  );
}

/** The mean of each window; the gradient is shared out evenly. */
export function averagePooling(build: GraphBuilder, input: Value, spec: Pooling): Operation {
  const attributes = attributesOf(spec);
  return weightless(build.float('AvgPool', [input], attributes), gradient => {
    const shape = build.float('Shape', [input], {out_type: {type: 'int32'}});
    return build.float('AvgPoolGrad', [shape, gradient], attributes);
  });
}
