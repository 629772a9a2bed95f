import * as z from 'zod';
import {readJson} from '../util/json-file.js';
import type {RunFolder} from './run-folder.js';

/** Rows are the heads that are affected, columns those that help; null where a pair has no value. */
const Matrix = z.array(z.array(z.number().nullable()));
export type AffinityMatrix = z.infer<typeof Matrix>;

/** How the heads of a run's network affect each other: the content of `affinity.json`. */
const AffinityFile = z
  .object({
    method: z.enum(['gradient-cosine', 'tag']),
    /** Batches from one that was measured to the next. */
    every: z.number(),
    /** Batches that were measured, of the run so far. */
    steps: z.number(),
    names: z.array(z.string()).min(1),
    /** Means over these batches. */
    matrix: Matrix,
    /** The same of the last epoch alone. */
    lastEpoch: z.object({epoch: z.number(), steps: z.number(), matrix: Matrix}).optional(),
  })
  .refine(
    ({names, matrix}) =>
      matrix.length === names.length && matrix.every(row => row.length === names.length),
    'as many rows and columns as names',
  );
export type AffinityFile = Readonly<z.infer<typeof AffinityFile>>;

/** Far more than the two matrices of an experiment with the most heads. */
const MAX_BYTES = 2 ** 21;

/** Reads how the heads of a run affect each other; undefined where it was not measured, or is not readable. */
export function readAffinity({
  affinity,
}: Pick<RunFolder, 'affinity'>): Promise<AffinityFile | undefined> {
  return readJson(affinity, MAX_BYTES, AffinityFile).catch(() => undefined);
}
