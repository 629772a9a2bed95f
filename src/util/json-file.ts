import type * as z from 'zod';
import {readPlainFile} from './safe-file.js';

/**
 * Reads a file of JSON that may be anybody's.
 *
 * @throws Error where it cannot be read (`code: 'ENOENT'` where it is missing), or as `parseJson`.
 */
export async function readJson<T>(
  file: string,
  maxBytes: number,
  schema: z.ZodType<T>,
): Promise<T> {
  return parseJson((await readPlainFile(file, maxBytes)).toString(), schema);
}

/** @throws Error that names the first wrong place: `items.0.key: …`. */
export function parseJson<T>(text: string, schema: z.ZodType<T>): T {
  return checked(JSON.parse(text), schema);
}

/** As `parseJson`, for a value that was parsed. */
export function checked<T>(value: unknown, schema: z.ZodType<T>): T {
  const {data, error} = schema.safeParse(value);
  if (error === undefined) return data;
  const [issue] = error.issues;
  throw new Error(`${issue?.path.join('.') || 'the file'}: ${issue?.message}`, {cause: error});
}
