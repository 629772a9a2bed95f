import * as z from 'zod';
import {eachValue, layerKind} from './layer-kind.js';

export const spatialDropout2d = layerKind({
  options: z
    .strictObject({
      rate: z
        .number()
        .min(0)
        .max(0.95)
        .describe('Fraction of the channels of each image set to zero in training.'),
    })
    .describe('Sets whole channels to zero while training; seeded, another mask each step.'),
  className: 'SpatialDropout2D',
  keras: {rate: 'rate'},
  kerasConstants: {dataFormat: 'channelsLast'},
  ...eachValue,
  input: 'image',
});
