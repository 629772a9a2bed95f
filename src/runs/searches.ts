import * as z from 'zod';
import {Trial} from '../experiment/search-schema.js';

/**
 * What `--until-decided` planned before its first run: the designs of a search train these seeds in
 * this order, until tests decide how they differ.
 */
export const UntilDecided = z.object({
  /** Jobs and runs with the same id belong to the same search. */
  id: z.string(),
  /** Designs that differ by less than this fraction of images, above 0 and below 1, count as equal. */
  difference: z.number().gt(0).lt(1),
  /** All seeds that the budget allows. */
  seeds: z.array(z.number()).readonly(),
  /**
   * Set where the first design is compared with each other one by the mean accuracy over the heads, instead
   * of all pairs by the accuracy of each head.
   */
  claim: z.literal('first').optional(),
});
export type UntilDecided = z.infer<typeof UntilDecided>;

/** The first look at the results: with fewer seeds, hardly any difference can be detected. */
export const FIRST_LOOK = 3;

/** The trial of a search that a job makes. */
export const JobTrial = Trial.extend({
  /** Jobs and runs with the same id belong to the same search. */
  id: z.string(),
});
export type JobTrial = z.infer<typeof JobTrial>;

/** The trial that a run belongs to, in its `run.json`. */
export const RunTrial = JobTrial.omit({base: true});
export type RunTrial = z.infer<typeof RunTrial>;
