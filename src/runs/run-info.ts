import * as z from 'zod';
import {parts} from '../experiment/parts.js';
import {scalar} from '../experiment/value-schemas.js';
import {checked} from '../util/json-file.js';
import {ProcessIdentity} from '../util/process-identity.js';
import {readPlainFileSync} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import type {RunFolder} from './run-folder.js';
import {RunTrial, UntilDecided} from './searches.js';

/** Changes when an older program would misunderstand what a newer one writes. */
export const SCHEMA_VERSION = 3;

/** The contents of `run.json`: how a run came about. Its status follows from the log instead. */
export const RunInfo = z.object({
  schemaVersion: z.literal(SCHEMA_VERSION),
  id: z.string(),
  experiment: z.string(),
  /** The name in the file, before the matrix gave each combination its own. */
  file: z.string(),
  /** The full path of the file. */
  path: z.string().optional(),
  /** Key and value of each matrix axis of this combination. */
  variant: z.record(z.string(), scalar),
  configHash: z.string(),
  seed: z.number(),
  /** The fold that is the test part, from 1; only with `data.split.folds`. */
  fold: z.number().int().min(1).optional(),
  backend: z.string().optional(),
  versions: z.record(z.string(), z.string()),
  git: z.object({commit: z.string(), dirty: z.boolean()}).optional(),
  /** Threads among which TensorFlow divides a product: they change the last digits of results. */
  threads: z.number().int().min(1).optional(),
  dataFingerprint: z.string().optional(),
  /** Images of each part; a run with a test part is measured on that. */
  images: z.partialRecord(z.enum(parts), z.number()).optional(),
  dataRoot: z.string(),
  host: z.object({
    platform: z.string(),
    arch: z.string(),
    cpus: z.number(),
    memoryBytes: z.number(),
  }),
  started: z.string(),
  /** The program that made the run and starts its trainer. */
  maker: ProcessIdentity.optional(),
  /** Id of the queue: runs that were started together share it. */
  batch: z.string().optional(),
  /** The search that the run belongs to: seeds are added until the designs' difference is decided. */
  untilDecided: UntilDecided.optional(),
  /** The trial of a search that the run belongs to. */
  trial: RunTrial.optional(),
});
export type RunInfo = z.infer<typeof RunInfo>;

const MAX_BYTES = 1_000_000;
const SHOWN_CHARACTERS = 300;

/** The contents of `run.json`, or why it cannot be read. */
export type InfoReading =
  | {readonly info: RunInfo; readonly fault?: undefined}
  | {readonly info?: undefined; readonly fault: string};

export function readRunInfo(folder: RunFolder): InfoReading {
  try {
    const value: unknown = JSON.parse(readPlainFileSync(folder.info, MAX_BYTES).toString());
    const fault = versionFault(value);
    return fault === undefined ? {info: checked(value, RunInfo)} : {fault};
  } catch (error) {
    return {fault: `run.json: ${messageOf(error).slice(0, SHOWN_CHARACTERS)}`};
  }
}

/** Refuses to train a run whose `run.json` cannot be read. */
export function unreadableInfo(folder: RunFolder, fault: string): UserError {
  return new UserError(`${folder.info}: the run's description cannot be read: ${fault}`, {
    hint: 'Start the experiment again.',
    exitCode: 1,
  });
}

/** Names a folder that another version of the program wrote, and what to do with it. */
function versionFault(value: unknown): string | undefined {
  const version = (value as {schemaVersion?: unknown} | null)?.schemaVersion;
  if (typeof version !== 'number' || version === SCHEMA_VERSION) return undefined;
  const isNewer = version > SCHEMA_VERSION;
  return `run.json has the schema version ${version}, of ${isNewer ? 'a newer' : 'an older'} celeba-tui. Expected ${SCHEMA_VERSION}: ${
    isNewer
      ? 'update celeba-tui'
      : 'start the experiment again, or use the celeba-tui that wrote the run'
  }`;
}
