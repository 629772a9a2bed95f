import {createHash} from 'node:crypto';
import path from 'node:path';
import {deserialize, serialize} from 'node:v8';
import * as z from 'zod';
import {HeadDecisions} from '../experiment/decision.js';
import {sizeOf} from '../model/layers/layer-kind.js';
import {makePlainFolder, NotPlain, readPlainFile} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {writeAtomic} from '../util/write-atomic.js';

/** zod's own numbers are finite; a loss may be anything. */
const anyNumber = z.custom<number>(value => typeof value === 'number', 'expected a number');
const count = z.number().int().min(0);
const bytes = z.custom<Uint8Array>(value => value instanceof Uint8Array, 'expected bytes');
const floats = z.custom<Float32Array>(value => value instanceof Float32Array, 'expected floats');

/** zod's own readonly() freezes what it is given, and typed arrays cannot be frozen. */
type Unchanging<T> = T extends Float32Array | Uint8Array
  ? T
  : T extends object
    ? {readonly [Key in keyof T]: Unchanging<T[Key]>}
    : T;

const namedTensor = z
  .object({name: z.string(), shape: z.array(count), values: floats})
  .refine(({shape, values}) => sizeOf(shape) === values.length, 'as many values as the shape says');
const namedTensors = z.array(namedTensor);
const splitMetrics = z.object({
  loss: anyNumber,
  heads: z.record(z.string(), z.object({loss: anyNumber, accuracy: anyNumber})),
});

/** Sums over the batches of an epoch so far. */
const metricSums = z.object({
  headLosses: z.array(anyNumber),
  headCorrect: z.array(anyNumber),
  /** Images whose label is known, for each head; absent in older checkpoints, where all are. */
  headImages: z.array(count).optional(),
  /** Weights of the balance, each times the images of the head; absent without one. */
  headWeights: z.array(anyNumber).optional(),
  loss: anyNumber,
  images: count,
});
export type MetricSumsState = Unchanging<z.infer<typeof metricSums>>;

/** Sums of the affinities of heads over measured batches. */
const affinitySums = z.object({
  steps: count,
  sums: z.array(anyNumber),
  /** Batches in which each pair had a value. */
  counts: z.array(count),
});
export type AffinitySumsState = Unchanging<z.infer<typeof affinitySums>>;

/** Sums of the whole run, and of the epoch under way. */
const affinity = z.object({run: affinitySums, epoch: affinitySums.optional()});
export type AffinityState = Unchanging<z.infer<typeof affinity>>;

/** The best epoch so far, and how many epochs since then were not better. */
const bestEpoch = z.object({
  /** 0 before the first epoch. */
  epoch: count,
  /** Cost of that epoch (see `epochCost`); Infinity before the first. */
  cost: anyNumber,
  epochsSince: count,
});
export type BestEpoch = Unchanging<z.infer<typeof bestEpoch>>;

/** What `training.schedule` of the kind plateau has counted. */
const plateau = z.object({
  /** Lowest cost so far; Infinity before the first epoch. */
  cost: anyNumber,
  /** Epochs since then, or since the last drop. */
  epochsSince: count,
  /** Epochs until epochs count again. */
  cooldown: count,
  /** Drops of the rate so far. */
  drops: count,
});
export type PlateauState = Unchanging<z.infer<typeof plateau>>;

const bestResult = z.object({weights: namedTensors, train: splitMetrics, validation: splitMetrics});
export type BestResult = Unchanging<z.infer<typeof bestResult>>;

const modelProgress = z.object({
  model: z.string(),
  /** The epoch that is next or under way; 1 is the first. */
  epoch: z.number().int().min(1),
  /** Batches of that epoch already trained on, and their sums. */
  batches: count,
  sums: metricSums.optional(),
  state: z.object({weights: namedTensors, optimizer: namedTensors, steps: count}),
  best: bestEpoch,
  bestResult: bestResult.optional(),
  /** Absent with other schedules. */
  plateau: plateau.optional(),
  /** Absent unless `training.affinity` asks for it. */
  affinity: affinity.optional(),
  /** Seconds of training of that epoch so far. */
  epochSeconds: anyNumber,
  /** Seconds of training and validation of the epochs before. */
  seconds: anyNumber,
});
export type ModelProgress = Unchanging<z.infer<typeof modelProgress>>;

/** A finished model's part of the run's predictions. */
const endedModel = z.object({
  name: z.string(),
  heads: z.array(z.string()),
  /** Probability of 1 for each image of the part and head of the model, image by image. */
  probabilities: z.object({validation: floats, test: floats.optional()}),
  /** The most probable class, likewise; absent where all heads have two. */
  predicted: z.object({validation: bytes, test: bytes.optional()}).optional(),
  /** Absent where every head has the plain one. */
  decisions: HeadDecisions.optional(),
  /** The cost of each head (see `headCosts`); absent in older checkpoints. */
  costs: z.array(anyNumber).optional(),
  /** As in the event. */
  answers: z.array(z.string()).optional(),
  stoppedEarly: z.boolean(),
});
export type EndedModel = Unchanging<z.infer<typeof endedModel>>;

/** Everything a run needs to resume as if it had never stopped. */
const checkpointSchema = z.object({
  version: z.literal(4),
  /** Hash of the definition that it belongs to, as in `run.json`. */
  config: z.string(),
  ended: z.array(endedModel),
  progress: modelProgress.optional(),
  /** How long all processes of the run have worked on it. */
  seconds: anyNumber,
});
export type Checkpoint = Unchanging<z.infer<typeof checkpointSchema>>;

/** Why this is not a checkpoint; undefined where it is one. */
export function checkpointFlaw(value: unknown): string | undefined {
  const [issue] = checkpointSchema.safeParse(value).error?.issues ?? [];
  return issue === undefined ? undefined : `${issue.path.join('.') || 'all'}: ${issue.message}`;
}

/** The run must begin again; its result is the same. */
export class DamagedCheckpoint extends Error {
  override readonly name = 'DamagedCheckpoint';
}

const DIGEST_BYTES = 32;
/** The most that Node reads at once. */
const MAX_BYTES = 2 ** 31 - 1;
export const CHECKPOINT_NAME = 'latest.checkpoint';

/** Replaces the checkpoint in one step: after a kill the one before is whole. */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  await makePlainFolder(folder);
  const payload = serialize(checkpoint);
  await writeAtomic(path.join(folder, CHECKPOINT_NAME), Buffer.concat([digest(payload), payload]));
}

/**
 * Reads the checkpoint; undefined where there is none yet.
 *
 * @param config Hash of the definition that resumes.
 * @throws DamagedCheckpoint where it is not whole or belongs to something else; UserError where
 *   something that is not a file, such as a link, is in its place.
 */
export async function readCheckpoint(
  folder: string,
  config: string,
): Promise<Checkpoint | undefined> {
  const file = path.join(folder, CHECKPOINT_NAME);
  let bytes: Buffer;
  try {
    bytes = await readPlainFile(file, MAX_BYTES);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    if (error instanceof NotPlain) {
      throw new UserError(`${file}: the checkpoint cannot be read: ${error.message}.`, {
        hint: 'Put the checkpoint itself there. Or remove the entry: the run then begins again.',
        exitCode: 1,
      });
    }
    throw new DamagedCheckpoint(`${file}: the checkpoint cannot be read: ${messageOf(error)}.`);
  }
  const payload = bytes.subarray(DIGEST_BYTES);
  if (!digest(payload).equals(bytes.subarray(0, DIGEST_BYTES))) {
    throw new DamagedCheckpoint(`${file}: the checkpoint is damaged: checksum mismatch.`);
  }
  const value = parsed(payload, file);
  const flaw = checkpointFlaw(value);
  if (flaw !== undefined)
    throw new DamagedCheckpoint(`${file}: this is not a checkpoint of this version: ${flaw}.`);
  const checkpoint = value as Checkpoint;
  if (checkpoint.config !== config)
    throw new DamagedCheckpoint(`${file}: the checkpoint belongs to another experiment.`);
  return checkpoint;
}

/** Node reads what older versions have written, but not always what newer ones have. */
function parsed(payload: Buffer, file: string): unknown {
  try {
    return deserialize(payload);
  } catch (error) {
    throw new DamagedCheckpoint(
      `${file}: the checkpoint cannot be read by Node ${process.versions.node}: ${messageOf(error)}.`,
    );
  }
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}
