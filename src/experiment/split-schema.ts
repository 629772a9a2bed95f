import * as z from 'zod';
import {integer} from './value-schemas.js';

const groupBy = z
  .literal('identity')
  .optional()
  .describe('Keep all images of a person in one part (see People below).');

const validation = integer(1).describe(
  'Images that choose the best epoch and early stopping; never trained on.',
);

/** `data.split`: by counts, by the data set's own partition, or in folds. */
export const Split = z
  .union([
    z.strictObject({
      train: integer(1).describe('Images to train on.'),
      validation,
      test: integer(1)
        .optional()
        .describe('Images for the verdict: read once, by the chosen weights, at the end.'),
      groupBy,
    }),
    z.strictObject({
      by: z.literal('official').describe("The data set's own partition, with its test part."),
      validation: integer(1)
        .optional()
        .describe('Where the partition has no validation part: images of its training part.'),
    }),
    z.strictObject({
      folds: integer(2, 100).describe(
        'Runs of the same question; each image of the sample is in the test part of one of them (see Folds below).',
      ),
      validation,
      groupBy,
      fold: integer(1, 100)
        .optional()
        .describe('The fold that a run tests on; set for each run, like the seed.'),
    }),
  ])
  .describe('Which images train the networks, choose the epoch, and decide the verdict.');
