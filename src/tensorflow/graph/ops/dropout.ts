import type {GraphBuilder, Value} from '../builder.js';
import {weightless, type Operation} from './operation.js';

/**
 * Sets a random fraction of the values to zero and scales up the rest (Srivastava et al. 2014). The
 * mask follows from the layer's seed and the step alone: it differs at each step, and is the same in
 * a run that resumes from a checkpoint.
 *
 * @param step      Scalar int32: steps taken, this one included.
 * @param maskShape Shape of the mask as int32; default: that of the input. Sides of 1 stretch.
 */
export function dropout(
  build: GraphBuilder,
  input: Value,
  rate: number,
  seed: number,
  step: Value,
  maskShape?: Value,
): Operation {
  const shape = maskShape ?? build.shapeOf(input);
  const key = build.node('Pack', [build.constant(seed, 'int32'), step], {
    T: {type: 'int32'},
    N: {int: 2},
    axis: {int: 0},
  });
  const random = build.node('StatelessRandomUniform', [shape, key], {
    dtype: {type: 'float32'},
    T: {type: 'int32'},
    Tseed: {type: 'int32'},
  });
  const isPresent = build.float('GreaterEqual', [random, build.constant(rate)]);
  const mask = build.float('Mul', [
    build.cast(isPresent, 'bool', 'float32'),
    build.constant(1 / (1 - rate)),
  ]);
  return weightless(build.float('Mul', [input, mask]), gradient =>
    build.float('Mul', [gradient, mask]),
  );
}
