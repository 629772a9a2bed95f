import * as z from 'zod';
import {eachValue, layerKind} from './layer-kind.js';

export const dropout = layerKind({
  options: z
    .strictObject({
      rate: z.number().min(0).max(0.95).describe('Fraction of the values set to zero in training.'),
    })
    .describe('Sets random values to zero while training; seeded, another mask each step.'),
  className: 'Dropout',
  keras: {rate: 'rate'},
  ...eachValue,
});
