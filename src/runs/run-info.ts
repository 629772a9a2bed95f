import {readFile} from 'node:fs/promises';
import {z} from 'zod';
import {messageOf} from '../util/user-error.js';
import type {RunFolder} from './run-folder.js';

/** What `run.json` holds: how a run came about. Never its status: that follows from the log. */
export const RunInfo = z.object({
  schemaVersion: z.literal(1),
  id: z.string(),
  experiment: z.string(),
  /** The name in the file, before the matrix gave each combination its own. */
  file: z.string(),
  /** Key and value of each matrix axis of this combination. */
  variant: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  configHash: z.string(),
  seed: z.number(),
  backend: z.string().optional(),
  versions: z.record(z.string(), z.string()),
  git: z.object({commit: z.string(), dirty: z.boolean()}).optional(),
  dataFingerprint: z.string().optional(),
  dataRoot: z.string(),
  host: z.object({
    platform: z.string(),
    arch: z.string(),
    cpus: z.number(),
    memoryBytes: z.number(),
  }),
  started: z.string(),
  /** Runs that were started together share one. */
  batch: z.string().optional(),
});
export type RunInfo = z.infer<typeof RunInfo>;

/** The run's `run.json`, or why it cannot be read. */
export async function readRunInfo(folder: RunFolder): Promise<RunInfo | {readonly broken: string}> {
  try {
    const parsed = RunInfo.safeParse(JSON.parse(await readFile(folder.info, 'utf8')));
    return parsed.success ? parsed.data : {broken: z.prettifyError(parsed.error)};
  } catch (error) {
    return {broken: messageOf(error)};
  }
}
