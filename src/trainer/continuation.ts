import {readdir, rm} from 'node:fs/promises';
import path from 'node:path';
import type {RunFact} from '../protocol/events.js';
import type {RunFolder} from '../runs/run-folder.js';
import type {RunInfo} from '../runs/run-info.js';
import {
  CHECKPOINT_NAME,
  DamagedCheckpoint,
  readCheckpoint,
  type Checkpoint,
} from '../train/checkpoint.js';
import {UserError} from '../util/user-error.js';

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
    // A folder in its place would stand in the way of the next one.
    await rm(path.join(folder.checkpoints, CHECKPOINT_NAME), {recursive: true, force: true});
  }
  const ended = from?.ended.map(({name}) => name) ?? [];
  const progress = from?.progress;
  const next = {epoch: progress?.epoch ?? 1, batches: progress?.batches ?? 0};
  const model = progress === undefined ? {} : {model: progress.model};
  return {from, facts: [{type: 'run.continued', ended, ...model, ...next}, ...facts]};
}

/** Files and folders beside those they were to replace. */
async function removeLeftovers(folder: RunFolder): Promise<void> {
  const whole = new Set([
    ...[folder.experiment, folder.info, folder.events, folder.metrics, folder.summary],
    ...[folder.predictions, folder.trainerLog, folder.checkpoints, folder.lock],
    path.dirname(folder.model('-')),
  ]);
  const torn = [
    ...(await entries(folder.path)).filter(file => !whole.has(file) && isBeside(file, whole)),
    ...(await entries(folder.checkpoints)).filter(file => path.basename(file) !== CHECKPOINT_NAME),
    ...(await entries(path.dirname(folder.model('-')))).filter(file =>
      file.endsWith('.unfinished'),
    ),
  ];
  for (const file of torn) await rm(file, {recursive: true, force: true});
}

/** `metrics.csv.123456` beside `metrics.csv`. */
function isBeside(file: string, whole: ReadonlySet<string>): boolean {
  return /\.\d+$/.test(file) && whole.has(file.replace(/\.\d+$/, ''));
}

async function entries(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.map(name => path.join(folder, name));
}

/**
 * Whether what a run goes on with is what it began with.
 *
 * @param before The run's `run.json` as it was.
 * @returns A warning where the result may differ in its last digits.
 * @throws UserError with exit code 3 where the pictures or labels are others.
 */
export function checkSurroundings(
  before: RunInfo,
  now: {readonly dataFingerprint: string; readonly backend: string},
): string | undefined {
  if (before.dataFingerprint !== undefined && before.dataFingerprint !== now.dataFingerprint) {
    throw new UserError(
      `${before.dataRoot}: the pictures or labels changed since the run began. Expected the data ${before.dataFingerprint}; received ${now.dataFingerprint}.`,
      {hint: 'Bring back the data as it was, or start the experiment anew.', exitCode: 3},
    );
  }
  const backend = before.versions['backend'];
  if (backend === undefined || backend === now.backend) return undefined;
  return `The run began on ${backend} and goes on on ${now.backend}: its last digits may differ.`;
}
