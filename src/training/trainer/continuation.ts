import {rm} from 'node:fs/promises';
import path from 'node:path';
import type {RunFact} from '../../runs/events.js';
import type {RunFolder} from '../../runs/run-folder.js';
import type {RunInfo} from '../../runs/run-info.js';
import {
  CHECKPOINT_NAME,
  DamagedCheckpoint,
  readCheckpoint,
  type Checkpoint,
} from '../checkpoint.js';
import {listPlainFolder} from '../../util/safe-file.js';
import {UserError} from '../../util/user-error.js';
import {unfinishedOf} from '../../util/write-atomic.js';

/** Where a run goes on from, and what is to be said about it. */
export type Continuation = {
  /** undefined: from the beginning. */
  readonly from: Checkpoint | undefined;
  readonly facts: readonly RunFact[];
};

/**
 * Clears away what a kill left half-written, and reads the checkpoint.
 *
 * @param config Hash of the run's definition, as its `run.json` has it.
 */
export async function continuationOf(folder: RunFolder, config: string): Promise<Continuation> {
  await removeLeftovers(folder);
  const facts: RunFact[] = [];
  let from: Checkpoint | undefined;
  try {
    from = await readCheckpoint(folder.checkpoints, config);
  } catch (error) {
    if (!(error instanceof DamagedCheckpoint)) throw error;
    const message = `${error.message} The run begins again, and comes to the same result.`;
    facts.push({type: 'log.written', level: 'warning', message});
    await rm(path.join(folder.checkpoints, CHECKPOINT_NAME), {force: true});
  }
  const ended = from?.ended.map(({name}) => name) ?? [];
  const progress = from?.progress;
  const next = {epoch: progress?.epoch ?? 1, batches: progress?.batches ?? 0};
  const model = progress === undefined ? {} : {model: progress.model};
  return {from, facts: [{type: 'run.continued', ended, ...model, ...next}, ...facts]};
}

/**
 * Removes what a kill left unfinished: only names that the program itself gives, beside the files
 * and folders that it writes. `assertTrainable` has seen that none of the folders is a link.
 */
async function removeLeftovers(folder: RunFolder): Promise<void> {
  const {experiment, info, metrics, summary, predictions, checkpoints, models} = folder;
  const replaced = [experiment, info, metrics, summary, predictions].map(file =>
    path.basename(file),
  );
  await removeUnfinished(folder.path, target => replaced.includes(target));
  await removeUnfinished(checkpoints, target => target === CHECKPOINT_NAME);
  await removeUnfinished(models, () => true);
}

/** @param isOurs Whether the program writes a file or folder of this name there. */
async function removeUnfinished(
  folder: string,
  isOurs: (target: string) => boolean,
): Promise<void> {
  const entries = await listPlainFolder(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const {name} of entries) {
    const target = unfinishedOf(name);
    if (target !== undefined && isOurs(target))
      await rm(path.join(folder, name), {recursive: true, force: true});
  }
}

/**
 * Whether what a run goes on with is what it began with.
 *
 * @param before The run's `run.json` as it was.
 * @returns A warning where the result may differ in its last digits.
 * @throws UserError with exit code 3 where the images or labels are others.
 */
export function checkEnvironment(
  before: RunInfo,
  now: {readonly dataFingerprint: string; readonly backend: string},
): string | undefined {
  if (before.dataFingerprint !== undefined && before.dataFingerprint !== now.dataFingerprint) {
    throw new UserError(
      `${before.dataRoot}: the images or labels changed since the run began. Expected the data ${before.dataFingerprint}; received ${now.dataFingerprint}.`,
      {hint: 'Bring back the data as it was, or start the experiment anew.', exitCode: 3},
    );
  }
  const backend = before.versions['backend'];
  if (backend === undefined || backend === now.backend) return undefined;
  return `The run began on ${backend} and goes on on ${now.backend}: its last digits may differ.`;
}
