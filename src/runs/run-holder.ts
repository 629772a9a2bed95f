import path from 'node:path';
import {
  describeHolder,
  lookAtLock,
  UNSEEN,
  type LockHolder,
  type LockLook,
} from '../util/lock-file.js';
import {isLocked} from '../util/lock.js';
import {livenessOf} from '../util/process-identity.js';
import {UserError} from '../util/user-error.js';
import type {RunFolder} from './run-folder.js';
import type {RunInfo} from './run-info.js';

const QUEUE_ID = /^[\w-]{1,100}$/;

/** Where the queues of a folder of runs keep their journals and locks. */
export function queueFolder(runs: string): string {
  return path.join(runs, '.queue');
}

/**
 * Looks whether a trainer works on a run. What stands in the place of the lock and is none of ours
 * holds nothing.
 */
export async function lookAtTrainer(folder: RunFolder): Promise<LockLook> {
  try {
    return await lookAtLock(folder.lock);
  } catch {
    return {held: false, content: undefined};
  }
}

/**
 * Whether the program that made a run is still there to start its trainer. One that cannot be seen
 * shows itself by the lock of its queue.
 */
export async function isMakerThere(
  folder: RunFolder,
  {maker, batch}: Pick<RunInfo, 'maker' | 'batch'>,
): Promise<boolean> {
  if (maker === undefined) return false;
  const liveness = livenessOf(maker);
  if (liveness !== 'unknown') return liveness === 'alive';
  if (batch === undefined || !QUEUE_ID.test(batch)) return false;
  const lock = path.join(queueFolder(path.dirname(folder.path)), `${batch}.lock`);
  return isLocked(lock).catch(() => false);
}

/** A run cannot be resumed or deleted: a trainer has it that this process cannot see. */
export function trainedElsewhere({id}: RunFolder, holder: LockHolder): UserError {
  return new UserError(`${id} is trained by ${describeHolder(holder)}. ${UNSEEN}.`, {
    hint: `Stop it there. Where it is gone for certain: celeba-tui run --resume ${id} --force`,
    exitCode: 1,
  });
}

/**
 * Looks once more before a run's folder is moved or deleted: its log may say that it ended while a
 * trainer that resumes it is just starting.
 *
 * @throws UserError where a trainer works on it, or may do so elsewhere.
 */
export async function assertNotTrained(folder: RunFolder): Promise<void> {
  const look = await lookAtTrainer(folder);
  if (!look.held) return;
  if (look.liveness === 'unknown') throw trainedElsewhere(folder, look.holder);
  throw new UserError(`${folder.id} is trained by ${describeHolder(look.holder)}.`, {
    hint: 'Stop it first.',
    exitCode: 1,
  });
}
