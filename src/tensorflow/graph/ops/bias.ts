import type {GraphBuilder, Value} from '../builder.js';
import type {Operation} from './operation.js';

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
