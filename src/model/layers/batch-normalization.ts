import * as z from 'zod';
import {layerKind} from './layer-kind.js';

const WEIGHTS = {gamma: true, beta: true, moving_mean: false, moving_variance: false};

export const batchNormalization = layerKind({
  options: z
    .strictObject({
      momentum: z.number().min(0).max(1).default(0.99).describe('Momentum of the moving averages.'),
      epsilon: z.number().min(1e-8).max(1).default(0.001).describe('Added to the variance.'),
    })
    .describe('Mean 0 and variance 1 for each channel, then a learned scale and shift.'),
  className: 'BatchNormalization',
  keras: {momentum: 'momentum', epsilon: 'epsilon'},
  kerasConstants: {axis: -1, center: true, scale: true},
  input: 'either',
  output: 'like the input',
  ownsOutput: true,
  outputShape: (_options, input) => input,
  weights: (_options, input) =>
    Object.entries(WEIGHTS).map(([name, trainable]) => ({
      name,
      shape: [input.at(-1) ?? 0],
      trainable,
    })),
  // The statistics of a batch are over the whole images.
  receptiveField: () => 'everything',
});
