import * as z from 'zod';
import {layerKind, type Sides} from './layer-kind.js';

const border = z.number().int().min(0).max(512);
/** A number for each side, [height, width], or [[top, bottom], [left, right]]. */
export const borders = z.union([
  border,
  z.tuple([border, border]),
  z.tuple([z.tuple([border, border]), z.tuple([border, border])]),
]);

const options = z
  .strictObject({
    padding: borders
      .default(1)
      .describe(
        'Zeros at each side: a number, [height, width], or [[top, bottom], [left, right]].',
      ),
  })
  .describe('Zeros around the image.');
type Options = z.infer<typeof options>;

export const zeroPadding2d = layerKind({
  options,
  className: 'ZeroPadding2D',
  keras: {padding: 'padding'},
  kerasConstants: {dataFormat: 'channelsLast'},
  input: 'image',
  output: 'like the input',
  ownsOutput: true,
  outputShape: (padding, [height = 0, width = 0, channels = 0]) => {
    const [[top, bottom], [left, right]] = paddedSides(padding);
    return [height + top + bottom, width + left + right, channels];
  },
  weights: () => [],
  // The zeros at the lower and right border come after the whole image.
  receptiveField: () => 'everything',
});

/** Returns the zeros before and after, of the rows and of the columns. */
export function paddedSides({padding}: Options): readonly [rows: Sides, columns: Sides] {
  return borderSides(padding);
}

/** Returns what is before and after, of the rows and of the columns. */
export function borderSides(
  border: z.infer<typeof borders>,
): readonly [rows: Sides, columns: Sides] {
  if (typeof border === 'number')
    return [
      [border, border],
      [border, border],
    ];
  const [rows, columns] = border.map((side): Sides =>
    typeof side === 'number' ? [side, side] : side,
  );
  return [rows as Sides, columns as Sides];
}
