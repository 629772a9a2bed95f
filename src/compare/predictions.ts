import {readFile} from 'node:fs/promises';
import {parse} from 'csv-parse/sync';
import {z} from 'zod';

const bit = z.enum(['0', '1']).transform(Number);

const Row = z.object({
  file: z.string(),
  head: z.string(),
  label: bit,
  predicted: bit,
  probability: z.coerce.number(),
});
export type Prediction = z.infer<typeof Row>;

/** The rows of a run's `predictions.csv`. @throws Error where it is missing or not what it should be. */
export async function readPredictions(file: string): Promise<Prediction[]> {
  const rows: unknown = parse(await readFile(file, 'utf8'), {columns: true});
  return z.array(Row).parse(rows);
}
