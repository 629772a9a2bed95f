import {configHash} from '../experiment/config-hash.js';
import {isBroken, listRuns, type RunRecord} from '../runs/run-record.js';
import {recordMadeAs} from '../runs/run-origin.js';
import {isFinished, isInterrupted} from '../runs/status.js';
import {isQueueHeld, queueIds, readJournal, type Journal} from './journal.js';
import type {RunJob} from './queue-state.js';

/** How far one run of a queue is, by its own log. */
export type ItemProgress = 'waiting' | 'interrupted' | 'running' | 'completed' | 'failed';

export type QueuedRun = {
  readonly key: string;
  readonly job: RunJob;
  readonly progress: ItemProgress;
  /** Once it has begun. */
  readonly record: RunRecord | undefined;
};

/** A queue as its journal and its runs tell it. */
export type QueueOnDisk = {
  readonly journal: Journal;
  readonly items: readonly QueuedRun[];
};

/** The queue, or undefined where there is no journal that can be read. */
export async function readQueue(
  runs: string,
  id: string,
  records: readonly RunRecord[],
): Promise<QueueOnDisk | undefined> {
  const journal = await readJournal(runs, id);
  if (journal === undefined) return undefined;
  const linked = new Set(journal.items.map(({run}) => run));
  const orphans = records.filter(
    ({folder, info}) =>
      !isBroken(info) && info.batch === id && folder.id === info.id && !linked.has(info.id),
  );
  const items = journal.items.flatMap(({key, job, run}): QueuedRun[] => {
    const record = run === undefined ? takeOrphan(orphans, job) : recordMadeAs(run, records);
    // A run whose folder somebody deleted is not wanted any more.
    if (run !== undefined && record === undefined) return [];
    return [{key, job, record, progress: progressOf(record)}];
  });
  return {journal, items};
}

/** A folder that was made just before the journal could say so. */
function takeOrphan(orphans: RunRecord[], {experiment}: RunJob): RunRecord | undefined {
  const hash = configHash(experiment);
  const index = orphans.findIndex(({info}) => !isBroken(info) && info.configHash === hash);
  return index === -1 ? undefined : orphans.splice(index, 1)[0];
}

function progressOf(record: RunRecord | undefined): ItemProgress {
  if (record === undefined) return 'waiting';
  if (!isFinished(record.status)) return 'running';
  if (isInterrupted(record)) return 'interrupted';
  return record.status === 'failed' ? 'failed' : 'completed';
}

export function isUnfinished({progress}: QueuedRun): boolean {
  return progress === 'waiting' || progress === 'interrupted' || progress === 'running';
}

/** The newest queue with something left to do that no process works on. */
export async function lastInterruptedQueue(runs: string): Promise<QueueOnDisk | undefined> {
  const ids = await queueIds(runs);
  if (ids.length === 0) return undefined;
  const records = await listRuns(runs);
  for (const id of ids) {
    const queue = await readQueue(runs, id, records);
    if (queue?.items.some(isUnfinished) && !(await isQueueHeld(runs, id))) return queue;
  }
  return undefined;
}

/** `2 interrupted, 1 waiting` */
export function unfinishedText(items: readonly QueuedRun[]): string {
  return (['running', 'interrupted', 'waiting'] as const)
    .map(progress => [items.filter(item => item.progress === progress).length, progress] as const)
    .filter(([count]) => count > 0)
    .map(([count, progress]) => `${count} ${progress}`)
    .join(', ');
}
