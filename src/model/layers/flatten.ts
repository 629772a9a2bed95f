import * as z from 'zod';
import {layerKind, sizeOf} from './layer-kind.js';

export const flatten = layerKind({
  options: z.strictObject({}).describe('Everything in one row.'),
  className: 'Flatten',
  keras: {},
  input: 'image',
  output: 'row',
  ownsOutput: false,
  outputShape: (_options, input) => [sizeOf(input)],
  weights: () => [],
  receptiveField: () => 'everything',
});
