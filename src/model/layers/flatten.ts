import * as z from 'zod';
import {imageToRow, layerKind, sizeOf} from './layer-kind.js';

export const flatten = layerKind({
  options: z.strictObject({}).describe('Everything in one row.'),
  className: 'Flatten',
  keras: {},
  ...imageToRow,
  outputShape: (_options, input) => [sizeOf(input)],
});
