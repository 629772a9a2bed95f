import os from 'node:os';
import path from 'node:path';
import type {AddedRun} from '../runs/queue/queue-state.js';
import {
  lastInterruptedQueue,
  listedOnce,
  offeredQueues,
  unfinishedText,
} from '../runs/queue/unfinished.js';
import {isActive, isEnded} from '../runs/status.js';

/** Warns of more runs at a time than this machine has cores. */
export function crowdNotes(jobs: number): string[] {
  const cores = os.availableParallelism();
  if (jobs <= cores) return [];
  return [
    `--jobs ${jobs} is more than this machine's ${cores === 1 ? 'one core' : `${cores} cores`}: the runs slow each other down. Use --jobs ${cores} or fewer.`,
  ];
}

/** Says which finished run answers one that is skipped. */
export function skippedNote({job, folder}: AddedRun): string[] {
  if (folder === undefined) return [];
  return [
    `${job.experiment.name} is already answered by ${path.basename(folder)} and does not run again.`,
  ];
}

/**
 * Words the reminder of unfinished runs: how to resume and how to dismiss them, by keys where there
 * is an interface; with notes on journals that cannot be used.
 */
export async function interruptionNotes(
  runs: string,
  where: 'interface' | 'command',
  list = listedOnce(runs),
): Promise<readonly string[]> {
  const {queue: last, notes} = await lastInterruptedQueue(runs, list);
  const offered = await offeredQueues(runs, list).next();
  if (offered.done === true) return notes;
  const {journal, items} = offered.value;
  const isOneActive = items.some(({status}) => isActive(status));
  const isOneEnded = items.some(({status}) => isEnded(status));
  if (where === 'interface' && isOneEnded)
    return [
      ...notes,
      `Unfinished: ${unfinishedText(items)}. R resumes one, Q all; D dismisses them.`,
    ];
  const command = `celeba-tui run --resume${last?.journal.id === journal.id ? '' : ` ${journal.id}`}`;
  const parts = [
    `Unfinished runs: ${unfinishedText(items)}. To ${isOneActive ? 'attach and resume' : 'resume'}: ${command}`,
    isOneEnded ? ', or R on a run in the interface' : '',
    items.some(({status}) => !isActive(status))
      ? '; to dismiss this reminder: celeba-tui runs --dismiss'
      : '',
  ];
  return [...notes, parts.join('')];
}
