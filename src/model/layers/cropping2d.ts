import * as z from 'zod';
import {UserError} from '../../util/user-error.js';
import {layerKind, type Sides} from './layer-kind.js';
import {borders, borderSides} from './zero-padding2d.js';

const options = z
  .strictObject({cropping: borders.default(0)})
  .describe('The image without its border.');
type Options = z.infer<typeof options>;

/** A layer of files: of NASNet, for example. */
export const cropping2D = layerKind({
  options,
  className: 'Cropping2D',
  keras: {cropping: 'cropping'},
  kerasConstants: {dataFormat: 'channelsLast'},
  input: 'image',
  output: 'like the input',
  ownsOutput: true,
  outputShape: (cropping, [height = 0, width = 0, channels = 0], where) => {
    const [[top, bottom], [left, right]] = croppedSides(cropping);
    const [rows, columns] = [height - top - bottom, width - left - right];
    if (rows >= 1 && columns >= 1) return [rows, columns, channels];
    throw new UserError(`${where}: nothing is left of an image of ${height}x${width}.`);
  },
  weights: () => [],
  receptiveField: () => 'everything',
});

/** Returns what is cut off before and after, of the rows and of the columns. */
export function croppedSides({cropping}: Options): readonly [rows: Sides, columns: Sides] {
  return borderSides(cropping);
}
