import * as z from 'zod';
import {Trial} from '../experiment/search-schema.js';

/** The trial of a search that a job makes. */
export const JobTrial = Trial.extend({
  /** Jobs and runs with the same id belong to the same search. */
  id: z.string(),
});
export type JobTrial = z.infer<typeof JobTrial>;

/** The trial that a run belongs to, in its `run.json`. */
export const RunTrial = JobTrial.omit({base: true});
export type RunTrial = z.infer<typeof RunTrial>;
