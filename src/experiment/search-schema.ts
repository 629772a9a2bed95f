import * as z from 'zod';
import {MEASURE_PARTS} from './expectation-form.js';
import {headMetricKeys} from './metrics.js';
import {scalar, seed, integer} from './value-schemas.js';

const bounds = (bound: z.ZodNumber) =>
  z.tuple([bound, bound]).refine(([low, high]) => low < high, 'two numbers, the lower one first');

/** The values of a key that a search may choose. */
const Dimension = z.union([
  z.array(scalar).min(1).max(100),
  z.strictObject({uniform: bounds(z.number()).describe('All numbers between two.')}),
  z.strictObject({
    log: bounds(z.number().positive()).describe('All numbers between two, by their logarithm.'),
  }),
  z.strictObject({
    integer: bounds(z.number().int()).describe('All whole numbers between two, with both.'),
  }),
]);
export type Dimension = z.infer<typeof Dimension>;

/** `search`: a space of values, and how trials are chosen from it. */
export const Search = z.strictObject({
  method: z
    .enum(['random', 'tpe', 'halving'])
    .describe(
      'random draws; tpe: after some of these, near the best ones (tree-structured Parzen estimator); halving: all with few epochs, the best of them with more.',
    ),
  runs: integer(2, 1000).describe('Trials; with halving, those of the first round.'),
  space: z
    .record(z.string(), Dimension)
    .describe(
      'Values by key, such as training.batchSize: a list of choices, {uniform: [low, high]}, {log: [low, high]} or {integer: [low, high]}.',
    ),
  metric: z
    .string()
    .max(200, {abort: true})
    .regex(
      MEASURE_PARTS,
      `head.validation.metric, such as Male.validation.f1; metrics are loss, ${headMetricKeys.join(', ')}`,
    )
    .describe(
      'What is best: a metric of a head, or of mean (over the heads), on the validation images.',
    ),
  repeat: integer(1, 100)
    .default(1)
    .describe('Seeds of each trial, whose mean counts; --repeat overrides it.'),
  seed: seed.default(1).describe('Seed of the draws.'),
  startup: integer(2, 1000)
    .optional()
    .describe('With tpe: random draws before the first estimate; default: 10.'),
  eta: integer(2, 10)
    .optional()
    .describe(
      'With halving: one of eta trials stays in the next round, which has eta times as many epochs; default: 3.',
    ),
});
export type Search = z.infer<typeof Search>;

/** One trial of a search, in one round. */
export const Trial = z.object({
  /** From 1. */
  number: z.number().int().min(1),
  /** From 0; only halving has several. */
  round: z.number().int().min(0),
  /** Epochs of the last round: those of the file. */
  epochs: z.number().int().min(1),
  search: Search,
  /** The file's value before defaults, without its search: the values of a trial are set in it. */
  base: z.record(z.string(), z.unknown()),
});
export type Trial = z.infer<typeof Trial>;
