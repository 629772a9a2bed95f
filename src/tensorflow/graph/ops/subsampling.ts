import type {GraphBuilder, Value} from '../builder.js';
import {weightless, type Operation, type Sides} from './operation.js';

/** All five of its masks must be there; each axis goes from its first to its last place. */
const WHOLE_AXES = {
  Index: {type: 'int32'},
  begin_mask: {int: 0b1111},
  end_mask: {int: 0b1111},
  ellipsis_mask: {int: 0},
  new_axis_mask: {int: 0},
  shrink_axis_mask: {int: 0},
} as const;

/**
 * Keeps the first of every `stride` rows and columns. The gradient goes back to those; the others
 * get zero.
 *
 * @param input [batch, height, width, channels]
 */
export function subsampling(build: GraphBuilder, input: Value, stride: Sides): Operation {
  const ends = build.constant([0, 0, 0, 0], 'int32');
  const steps = build.constant([1, ...stride, 1], 'int32');
  return weightless(
    build.float('StridedSlice', [input, ends, ends, steps], WHOLE_AXES),
    gradient => {
      const shape = build.float('Shape', [input], {out_type: {type: 'int32'}});
      return build.float('StridedSliceGrad', [shape, ends, ends, steps, gradient], WHOLE_AXES);
    },
  );
}
