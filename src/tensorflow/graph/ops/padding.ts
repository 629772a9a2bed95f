import type {Shape, Sides} from '../../../model/layers/layer-kind.js';
import type {GraphBuilder, Value} from '../builder.js';
import {weightless, type Operation} from './operation.js';

/** What is before and after, of the rows and of the columns. */
type Borders = readonly [rows: Sides, columns: Sides];

/**
 * Adds zeros around images. By the images: the gradient without its border.
 *
 * @param shape Of the images, without the batch: [height, width, channels].
 */
export function zeroPadding(
  build: GraphBuilder,
  input: Value,
  shape: Shape,
  borders: Borders,
): Operation {
  return weightless(padded(build, input, borders), gradient =>
    cropped(build, gradient, shape, borders),
  );
}

/**
 * Cuts the borders off images. By the images: the gradient with zeros around it.
 *
 * @param shape Of the result, without the batch: [height, width, channels].
 */
export function cropping(
  build: GraphBuilder,
  input: Value,
  shape: Shape,
  borders: Borders,
): Operation {
  return weightless(cropped(build, input, shape, borders), gradient =>
    padded(build, gradient, borders),
  );
}

function padded(build: GraphBuilder, images: Value, [rows, columns]: Borders): Value {
  const sides = build.constant([0, 0, ...rows, ...columns, 0, 0], 'int32');
  const paddings = build.reshape(sides, [4, 2], 'int32');
  return build.float('Pad', [images, paddings], {Tpaddings: {type: 'int32'}});
}

/** @param shape Of the result, without the batch. */
function cropped(
  build: GraphBuilder,
  images: Value,
  shape: Shape,
  [rows, columns]: Borders,
): Value {
  const begin = build.constant([0, rows[0], columns[0], 0], 'int32');
  const size = build.constant([-1, ...shape], 'int32');
  return build.float('Slice', [images, begin, size], {Index: {type: 'int32'}});
}
