import type {RunEvent} from '../events.js';
import {RunFolder} from '../run-folder.js';
import {lookAtTrainer} from '../run-holder.js';
import {initialRunState, type RunState} from '../run-state.js';
import {hasResult, isActive, isEnded, type RunStatus} from '../status.js';
import {listed} from '../../util/format.js';
import type {RunJob} from './journal.js';
import type {QueueCommand} from './queue-commands.js';
import type {JournaledItem, QueueJournal} from './queue-journal.js';

/** A run in a queue; `run.status` tells how far it is. */
export type QueueItem = JournaledItem & {readonly run: RunState};

/** A run for `RunQueue.addRuns`; without a key it gets the next one. */
export type AddedRun = Omit<QueueItem, 'key'> & {readonly key?: string};

/** A run that waits for its turn and has no folder yet. */
export function newRun(job: RunJob): AddedRun {
  return {job, folder: undefined, run: initialRunState('')};
}

/** What a queue shows: ended, active and queued runs, in order. */
export type QueueState = {
  readonly items: readonly QueueItem[];
  /** It was asked to stop and has not ended yet: what is added now does not run. */
  readonly stopping: boolean;
  /** The last look of each search. */
  readonly looks?: readonly SearchLook[];
};

/** What a search found when it looked at its results. */
export type SearchLook = SeedLook | TrialLook;

type Look = {
  readonly search: string;
  /** Whether no run is added any more. */
  readonly isEnded: boolean;
};

/** What a search looked at that adds trials. */
export type TrialLook = Look & {
  /** The best trial so far; undefined where none has a value. */
  readonly best: {readonly name: string; readonly value: number} | undefined;
};

/** What a search looked at that adds seeds. */
export type SeedLook = Look & {
  /** Seeds that it looked at. */
  readonly seeds: number;
  /** Names the heads whose difference is not decided. */
  readonly open: readonly string[];
  /** Whether the designs can be compared at all. */
  readonly isCompared: boolean;
};

/** Whether a search can look at a run: a trial that failed is a result, too. */
export function isLookedAt({trial}: RunJob, status: RunStatus): boolean {
  return hasResult(status) || (trial !== undefined && status === 'failed');
}

/** What a queue gets when no run is queued. */
export type Growth = {
  readonly runs: readonly AddedRun[];
  /** What searches found that looked at their results. */
  readonly looks: readonly SearchLook[];
};

export type RunQueueOptions = {
  readonly trainerProgram: string;
  readonly env: NodeJS.ProcessEnv;
  readonly createRun: (job: RunJob) => Promise<RunFolder>;
  readonly failFast: boolean;
  /** Runs that train at the same time: 1 or more; one where it is left out. */
  readonly jobs?: number;
  /** Asked when no run is queued or active, and nobody stops the queue: which runs to add. */
  readonly grow?: (items: readonly QueueItem[]) => Promise<Growth>;
  /** Records what is to be done, so that another process can resume it. */
  readonly journal?: QueueJournal;
  readonly now: () => number;
  /** Every event of every run, as it arrives. */
  readonly onEvent?: (event: RunEvent, item: QueueItem) => void;
  /** Receives what no log tells, such as that a trainer gives no sign of life. */
  readonly onNotice?: (text: string) => void;
  /** How long a trainer may give none before it is ended. */
  readonly stuckMs?: number | undefined;
};

export function isQueued({run}: Pick<QueueItem, 'run'>): boolean {
  return run.status === 'queued';
}

/** The items whose runs are in progress. */
export function activeItems({items}: Pick<QueueState, 'items'>): readonly QueueItem[] {
  return items.filter(({run}) => isActive(run.status));
}

/**
 * Words the line that stays in the terminal while the program is suspended. The shell does not stop
 * the trainer.
 *
 * @param how How to restore the program.
 */
export function suspendedText(queue: QueueState, how: string): string {
  const running = activeItems(queue).map(({job}) => job.experiment.name);
  const waiting = queue.items.filter(isQueued).length;
  const wait =
    waiting === 0
      ? ''
      : ` ${waiting === 1 ? 'One queued run starts' : `${waiting} queued runs start`} afterwards.`;
  const continues = running.length === 1 ? 'continues' : 'continue';
  const work =
    running.length === 0 ? '' : ` ${listed(running, 'and')} ${continues} training.${wait}`;
  return `celeba-tui: suspended.${work} ${how}`;
}

/** @throws Error where the queue has no such item. */
export function itemWith(items: readonly QueueItem[], key: string): QueueItem {
  const item = items.find(candidate => candidate.key === key);
  if (item === undefined) throw new Error(`The queue has no item ${key}.`);
  return item;
}

export function withChanged(
  items: readonly QueueItem[],
  key: string,
  change: (item: QueueItem) => Partial<QueueItem>,
): readonly QueueItem[] {
  return items.map(item => (item.key === key ? {...item, ...change(item)} : item));
}

/** The items with new ones at the end. A run that ended in this queue and resumes has one item, not two. */
export function withAdded(
  items: readonly QueueItem[],
  added: readonly QueueItem[],
): readonly QueueItem[] {
  const resumed = new Set(added.flatMap(({folder}) => folder ?? []));
  const remaining = items.filter(
    ({folder, run}) => folder === undefined || !resumed.has(folder) || !isEnded(run.status),
  );
  return [...remaining, ...added];
}

/** The last look of each search. */
export function withLooks(
  looks: readonly SearchLook[],
  added: readonly SearchLook[],
): readonly SearchLook[] {
  const ids = new Set(added.map(({search}) => search));
  return [...looks.filter(({search}) => !ids.has(search)), ...added];
}

/** The items with a queued one removed, or moved up (-1) or down (1) among the queued ones. */
export function rearranged(
  items: readonly QueueItem[],
  command: QueueCommand & {readonly type: 'move' | 'remove'},
): readonly QueueItem[] {
  const from = items.findIndex(item => item.key === command.key && isQueued(item));
  const item = items[from];
  if (item === undefined) return items;
  const remaining = items.toSpliced(from, 1);
  if (command.type === 'remove') return remaining;
  const neighbour = items[from + command.by];
  return neighbour !== undefined && isQueued(neighbour)
    ? remaining.toSpliced(from + command.by, 0, item)
    : items;
}

/** The items with all queued ones cancelled. */
export function withoutQueued(items: readonly QueueItem[]): readonly QueueItem[] {
  return items.map(item =>
    isQueued(item) ? {...item, run: {...item.run, status: 'cancelled'}} : item,
  );
}

/** The queued item whose run a trainer of an earlier process still works on. */
export async function keyInTraining(items: readonly QueueItem[]): Promise<string | undefined> {
  for (const {key, folder} of items.filter(isQueued))
    if (folder !== undefined && (await lookAtTrainer(new RunFolder(folder))).held) return key;
  return undefined;
}
