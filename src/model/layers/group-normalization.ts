import * as z from 'zod';
import {UserError} from '../../util/user-error.js';
import {layerKind, scaleAndShift} from './layer-kind.js';

export const groupNormalization = layerKind({
  options: z
    .strictObject({
      groups: z
        .number()
        .int()
        .min(1)
        .max(4096)
        .default(32)
        .describe('Groups of channels, which must divide evenly.'),
      epsilon: z.number().min(1e-8).max(1).default(0.001).describe('Added to the variance.'),
    })
    .describe(
      'Mean 0 and variance 1 over each group of channels of an image, then a learned scale and shift.',
    ),
  className: 'GroupNormalization',
  keras: {groups: 'groups', epsilon: 'epsilon'},
  kerasConstants: {axis: -1, center: true, scale: true},
  input: 'image',
  output: 'like the input',
  ownsOutput: true,
  outputShape: ({groups}, input, where) => {
    const channels = input[2] ?? 0;
    if (channels % groups === 0) return input;
    throw new UserError(
      `${where}: ${channels} channels do not divide into ${groups} groups. Expected a divisor of ${channels}; received groups: ${groups}.`,
      {hint: `Use for example groups: ${largestDivisor(channels, groups)}.`},
    );
  },
  weights: (_options, input) => scaleAndShift(input),
  // Its statistics are over the whole image.
  receptiveField: () => 'everything',
});

/** The largest divisor of a number that is at most `most`. */
function largestDivisor(number: number, most: number): number {
  for (let divisor = Math.min(most, number); divisor > 1; divisor--)
    if (number % divisor === 0) return divisor;
  return 1;
}
