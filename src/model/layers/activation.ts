import * as z from 'zod';
import {activation as activationFunction, eachValue, layerKind} from './layer-kind.js';

export const activation = layerKind({
  options: z
    .strictObject({function: activationFunction.describe('The function.')})
    .describe('A function alone.'),
  className: 'Activation',
  keras: {function: 'activation'},
  ...eachValue,
});
