import * as z from 'zod';
import {kernelOptions, kernelWeights, layerKind} from './layer-kind.js';

export const dense = layerKind({
  options: z
    .strictObject({
      units: z.number().int().min(1).max(65536).describe('How many outputs.'),
      ...kernelOptions,
    })
    .describe('Every output from every input.'),
  className: 'Dense',
  keras: {units: 'units', activation: 'activation', useBias: 'useBias'},
  input: 'row',
  output: 'row',
  ownsOutput: true,
  outputShape: ({units}) => [units],
  weights: ({units, useBias}, [inputs = 0]) => kernelWeights([inputs, units], useBias),
  receptiveField: () => 'everything',
});
