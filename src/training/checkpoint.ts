import {createHash} from 'node:crypto';
import path from 'node:path';
import {deserialize, serialize} from 'node:v8';
import type {NamedTensor} from '../tensorflow/network.js';
import type {StepState} from '../tensorflow/training-step.js';
import type {SplitMetrics} from '../runs/events.js';
import {makePlainFolder, NotPlain, readPlainFile} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {writeAtomic} from '../util/write-atomic.js';
import {checkpointFlaw} from './checkpoint-shape.js';
import type {BestSoFar} from './early-stopping.js';
import type {MetricSumsState} from './metrics.js';

/** What a model that ended left for the run's predictions. */
export type EndedModel = {
  readonly name: string;
  readonly heads: readonly string[];
  /** Probability of 1 for each validation image and head of the model, image by image. */
  readonly probabilities: Float32Array;
  readonly stoppedEarly: boolean;
};

/** The best epoch's weights and metrics. */
export type Kept = {
  readonly weights: readonly NamedTensor[];
  readonly train: SplitMetrics;
  readonly validation: SplitMetrics;
};

/** How far the model in training is. */
export type ModelProgress = {
  readonly model: string;
  /** The epoch that is next or under way; 1 is the first. */
  readonly epoch: number;
  /** Batches of that epoch already trained on, and their sums. */
  readonly batches: number;
  readonly sums: MetricSumsState | undefined;
  readonly state: StepState;
  readonly best: BestSoFar;
  readonly kept: Kept | undefined;
  /** Seconds of training of that epoch so far. */
  readonly epochSeconds: number;
  /** Seconds of training and validation of the epochs before. */
  readonly seconds: number;
};

/** Everything a run needs in order to go on as if it had never stopped. */
export type Checkpoint = {
  readonly version: 1;
  /** Hash of the definition that it belongs to, of `run.json`; older ones do not say it. */
  readonly config?: string;
  readonly ended: readonly EndedModel[];
  readonly progress: ModelProgress | undefined;
  /** How long the run has been worked on, by all its processes. */
  readonly seconds: number;
};

/** The run has to begin again; it comes to the same result. */
export class DamagedCheckpoint extends Error {
  override readonly name = 'DamagedCheckpoint';
}

const DIGEST_BYTES = 32;
/** What Node can read at once. */
const MAX_BYTES = 2 ** 31 - 1;
export const CHECKPOINT_NAME = 'latest.checkpoint';

/** Replaces the checkpoint in one step: a kill leaves the one before, whole. */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  await makePlainFolder(folder);
  const payload = serialize(checkpoint);
  await writeAtomic(path.join(folder, CHECKPOINT_NAME), Buffer.concat([digest(payload), payload]));
}

/**
 * The checkpoint, or undefined where none was written yet.
 *
 * @param config Hash of the definition that is to go on.
 * @throws DamagedCheckpoint where it is not whole, or of something else; UserError where a link or
 *   anything else that is no file stands in its place.
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
        hint: 'Put the checkpoint itself there; or remove the entry, and the run begins again.',
        exitCode: 1,
      });
    }
    throw new DamagedCheckpoint(`${file}: the checkpoint cannot be read: ${messageOf(error)}.`);
  }
  const payload = bytes.subarray(DIGEST_BYTES);
  if (!digest(payload).equals(bytes.subarray(0, DIGEST_BYTES))) {
    throw new DamagedCheckpoint(`${file}: the checkpoint is damaged: its checksum does not fit.`);
  }
  const value = parsed(payload, file);
  const flaw = checkpointFlaw(value);
  if (flaw !== undefined)
    throw new DamagedCheckpoint(`${file}: this is no checkpoint of this version: ${flaw}.`);
  const checkpoint = value as Checkpoint;
  if (checkpoint.config !== undefined && checkpoint.config !== config)
    throw new DamagedCheckpoint(`${file}: the checkpoint is of another experiment.`);
  return checkpoint;
}

/** Node reads what older ones have written, and not always what newer ones have. */
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
