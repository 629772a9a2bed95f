import type {Shape, Sides} from '../../../model/layers/layer-kind.js';
import type {GraphBuilder, Value} from '../builder.js';
import {weightless, type Operation} from './operation.js';

/**
 * Adds zeros around images. By the images: the gradient without its border.
 *
 * @param shape Of the images, without the batch: [height, width, channels].
 */
export function zeroPadding(
  build: GraphBuilder,
  input: Value,
  shape: Shape,
  [rows, columns]: readonly [Sides, Sides],
): Operation {
  const sides = build.constant([0, 0, ...rows, ...columns, 0, 0], 'int32');
  const paddings = build.reshape(sides, [4, 2], 'int32');
  const result = build.float('Pad', [input, paddings], {Tpaddings: {type: 'int32'}});
  const begin = build.constant([0, rows[0], columns[0], 0], 'int32');
  const size = build.constant([-1, ...shape], 'int32');
  return weightless(result, gradient =>
    build.float('Slice', [gradient, begin, size], {Index: {type: 'int32'}}),
  );
}
