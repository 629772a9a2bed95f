import * as z from 'zod';
import {layerKind} from './layer-kind.js';

export const globalAveragePooling2d = layerKind({
  options: z.strictObject({}).describe('Mean of each channel.'),
  className: 'GlobalAveragePooling2D',
  keras: {},
  kerasConstants: {dataFormat: 'channelsLast'},
  input: 'image',
  output: 'row',
  ownsOutput: false,
  outputShape: (_options, [, , channels = 0]) => [channels],
  weights: () => [],
  receptiveField: () => 'everything',
});
