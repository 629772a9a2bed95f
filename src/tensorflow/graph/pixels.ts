import type {GraphBuilder, Value} from './builder.js';

const PIXEL_MAX = 255;

/**
 * Bytes of images as numbers from 0 to 1, cut to the upper left part that is looked at.
 *
 * @param images uint8 [batch, height, width, channels]
 * @param area   [height, width, channels], at most those of the images.
 * @returns      float32 [batch, ...area]
 */
export function scaledPixels(build: GraphBuilder, images: Value, area: readonly number[]): Value {
  const begin = build.constant([0, 0, 0, 0], 'int32');
  const size = build.constant([-1, ...area], 'int32');
  const seen = build.node('Slice', [images, begin, size], {
    T: {type: 'uint8'},
    Index: {type: 'int32'},
  });
  return build.float('Mul', [build.cast(seen, 'uint8', 'float32'), build.constant(1 / PIXEL_MAX)]);
}
