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
import {listPlainFolder} from '../util/safe-file.js';
import {UserError} from '../util/user-error.js';
import type {RunFolder} from './run-folder.js';
import type {RunInfo} from './run-info.js';

/** The folder of the journals and locks of queues. */
export function queueFolder(runs: string): string {
  return path.join(runs, '.queue');
}

/** Ids come from run folders and command lines, too: none leads out of the folder. */
export const QUEUE_ID = /^[\w-]{1,100}$/;

/** @throws Error where this cannot be the id of a queue. */
export function journalFile(runs: string, id: string, ending = 'jsonl'): string {
  if (!QUEUE_ID.test(id)) throw new Error(`${id} is not the id of a queue`);
  return path.join(queueFolder(runs), `${id}.${ending}`);
}

/** Ids of the queues that have a file with this ending. */
export async function queuesWith(runs: string, ending = 'jsonl'): Promise<string[]> {
  const entries = await listPlainFolder(queueFolder(runs)).catch(() => []);
  return entries
    .filter(({name}) => name.endsWith(`.${ending}`))
    .map(({name}) => name.slice(0, -ending.length - 1))
    .filter(id => QUEUE_ID.test(id));
}

/** Whether a process works on the queue now. */
export async function isQueueHeld(runs: string, id: string): Promise<boolean> {
  try {
    return await isLocked(journalFile(runs, id, 'lock'));
  } catch {
    return false;
  }
}

/** The queues that a process works on now, by id, and whether that process is on this machine. */
export async function heldQueues(runs: string): Promise<ReadonlyMap<string, 'here' | 'elsewhere'>> {
  const held = new Map<string, 'here' | 'elsewhere'>();
  for (const id of await queuesWith(runs, 'lock')) {
    const look = await lookAtLock(journalFile(runs, id, 'lock')).catch(() => undefined);
    if (look?.held === true) held.set(id, look.liveness === 'alive' ? 'here' : 'elsewhere');
  }
  return held;
}

/** Looks whether a trainer works on a run. An entry in the lock's place that is no lock does not count. */
export async function lookAtTrainer(folder: RunFolder): Promise<LockLook> {
  try {
    return await lookAtLock(folder.lock);
  } catch {
    return {held: false, content: undefined};
  }
}

/**
 * Whether the program that made a run still lives and will start its trainer. The lock of its queue
 * tells where this process cannot see that program.
 */
export async function isMakerThere(
  folder: RunFolder,
  {maker, batch}: Pick<RunInfo, 'maker' | 'batch'>,
): Promise<boolean> {
  if (maker === undefined) return false;
  const liveness = livenessOf(maker);
  if (liveness !== 'unknown') return liveness === 'alive';
  return batch !== undefined && isQueueHeld(path.dirname(folder.path), batch);
}

/** Refuses to resume or delete a run: a trainer that this process cannot see works on it. */
export function trainedElsewhere({id}: RunFolder, holder: LockHolder): UserError {
  return new UserError(`${id} is trained by ${describeHolder(holder)}. ${UNSEEN}.`, {
    hint: `Stop it there. If it is certainly gone: celeba-tui run --resume ${id} --force`,
    exitCode: 1,
  });
}

/**
 * Checks once more before a run's folder is moved or deleted: the log may tell of an end while a
 * trainer that resumes the run is just starting.
 *
 * @throws UserError where a trainer works on the run, or may do so elsewhere.
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
