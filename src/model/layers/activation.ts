import * as z from 'zod';
import {activation as activationFunction, layerKind} from './layer-kind.js';

export const activation = layerKind({
  options: z
    .strictObject({function: activationFunction.describe('The function.')})
    .describe('A function alone.'),
  className: 'Activation',
  keras: {function: 'activation'},
  input: 'either',
  output: 'like the input',
  ownsOutput: false,
  outputShape: (_options, input) => input,
  weights: () => [],
  receptiveField: () => 'each value',
});
