import {UserError} from '../../util/user-error.js';
import type {Padding, ReceptiveField, Shape, Sides} from './layer-kind.js';

/** Returns [height, width] of an option that may be one number for both. */
export function bothSides(value: number | Sides): Sides {
  return typeof value === 'number' ? [value, value] : value;
}

/** Windows that slide over an image. */
export type Windows = {readonly window: Sides; readonly stride: Sides; readonly padding: Padding};

/**
 * Returns the [height, width] that windows make of an image.
 *
 * @param noun Name of the window, for the message.
 * @throws UserError that begins with `where` for a window that is larger than the image.
 */
export function slide(
  [height = 0, width = 0]: Shape,
  {window, stride, padding: border}: Windows,
  where: string,
  noun: string,
): Sides {
  const along = (size: number, axis: 0 | 1): number =>
    border === 'same'
      ? Math.ceil(size / stride[axis])
      : Math.floor((size - window[axis]) / stride[axis]) + 1;
  const output = [along(height, 0), along(width, 1)] as const;
  if (output[0] >= 1 && output[1] >= 1) return output;
  throw new UserError(
    `${where}: a ${window[0]}x${window[1]} ${noun} does not fit its input. ` +
      `Expected at most ${height}x${width}; received ${window[0]}x${window[1]}.`,
    {
      hint: 'Use larger images (a smaller data.image.scale), padding: same, or fewer pooling layers above it.',
    },
  );
}

/** With padding, values at the border depend on fewer pixels, so the whole image is needed. */
export function windowField({window, stride, padding: border}: Windows): ReceptiveField {
  return border === 'same' ? 'everything' : {window, stride};
}
