import * as z from 'zod';
import {layerKind, scaleAndShift} from './layer-kind.js';

export const layerNormalization = layerKind({
  options: z
    .strictObject({
      epsilon: z.number().min(1e-8).max(1).default(0.001).describe('Added to the variance.'),
    })
    .describe(
      'Mean 0 and variance 1 over the channels of each pixel, then a learned scale and shift.',
    ),
  className: 'LayerNormalization',
  keras: {epsilon: 'epsilon'},
  kerasConstants: {center: true, scale: true},
  input: 'either',
  output: 'like the input',
  ownsOutput: true,
  outputShape: (_options, input) => input,
  weights: (_options, input) => scaleAndShift(input),
  receptiveField: () => 'each value',
});
