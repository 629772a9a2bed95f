import * as z from 'zod';
import {imageToRow, layerKind} from './layer-kind.js';

export const globalAveragePooling2d = layerKind({
  options: z.strictObject({}).describe('Mean of each channel.'),
  className: 'GlobalAveragePooling2D',
  keras: {},
  kerasConstants: {dataFormat: 'channelsLast', keepdims: false},
  ...imageToRow,
  outputShape: (_options, [, , channels = 0]) => [channels],
});
