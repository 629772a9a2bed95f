import {rm} from 'node:fs/promises';
import path from 'node:path';
import type {Dataset} from '../../data/dataset.js';
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

/** The checkpoint that a run resumes from, and the events to report. */
export type Continuation = {
  /** undefined: the run begins again. */
  readonly from: Checkpoint | undefined;
  readonly facts: readonly RunFact[];
};

/**
 * Removes unfinished files of a killed process, and reads the checkpoint.
 *
 * @param config Hash of the run's definition, from its `run.json`.
 */
export async function continuationOf(folder: RunFolder, config: string): Promise<Continuation> {
  await removeLeftovers(folder);
  const facts: RunFact[] = [];
  let from: Checkpoint | undefined;
  try {
    from = await readCheckpoint(folder.checkpoints, config);
  } catch (error) {
    if (!(error instanceof DamagedCheckpoint)) throw error;
    const message = `${error.message} The run begins again; its result is the same.`;
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
 * Removes unfinished files and folders, but only those with names that the program gives.
 * `assertTrainable` has checked that none of the folders is a link.
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
 * Compares the data and the libraries of a resumed run with those that it started with.
 *
 * @param before The run's `run.json`.
 * @returns A warning where the result may differ in its last digits.
 * @throws UserError with exit code 3 where the images or labels changed.
 */
export function checkEnvironment(
  before: Pick<RunInfo, 'dataFingerprint' | 'dataRoot' | 'versions'>,
  now: {
    readonly dataset: Pick<Dataset, 'fingerprint' | 'decoder'>;
    readonly backend: string;
  },
): string | undefined {
  const {dataset} = now;
  if (![undefined, dataset.fingerprint].includes(before.dataFingerprint)) {
    throw new UserError(
      `${before.dataRoot}: the images or labels changed since the run began. Expected the data ${before.dataFingerprint}; received ${dataset.fingerprint}.`,
      {hint: 'Restore the data, or start the experiment again.', exitCode: 3},
    );
  }
  const changes = [
    changeOf('trained on', before.versions['backend'], now.backend),
    changeOf('decoded its images with', before.versions['decoder'], dataset.decoder),
  ].filter(change => change !== undefined);
  return changes.length === 0
    ? undefined
    : `${changes.join(' ')} Its results may differ in their last digits.`;
}

/** Words a change; undefined where nothing changed, or the earlier value is unknown. */
function changeOf(what: string, before: string | undefined, now: string): string | undefined {
  return before === undefined || before === now
    ? undefined
    : `The run ${what} ${before} before, and resumes with ${now}.`;
}
