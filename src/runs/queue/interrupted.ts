import {configHash} from '../../experiment/config-hash.js';
import {isBroken, listRuns, type RunRecord} from '../run-record.js';
import {recordMadeAs} from '../run-origin.js';
import {isFinished, isInterrupted, wasStopped} from '../status.js';
import {isQueueHeld, queueIds, readJournalFile, setFaultyAside, type Journal} from './journal.js';
import type {RunJob} from './queue-state.js';

/**
 * How far one run of a queue is, by its own log. What somebody stopped is `stopped`: it is not gone
 * on with until they resume it.
 */
export type ItemProgress =
  'waiting' | 'interrupted' | 'stopped' | 'running' | 'completed' | 'failed';

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

/**
 * A queue as its journal and its runs tell it, for who reads the journal.
 *
 * @param isUnattended No person goes on with it, but a process after the interface was left: what
 *   had ended by then, however it ended, has ended.
 */
export function queueOf(
  journal: Journal,
  records: readonly RunRecord[],
  isUnattended = false,
): QueueOnDisk {
  const linked = new Set(journal.items.map(({run}) => run));
  const orphans = records.filter(
    ({folder, info}) =>
      !isBroken(info) && info.batch === journal.id && folder.id === info.id && !linked.has(info.id),
  );
  const left = new Set(journal.left);
  const items = journal.items.flatMap(({key, job, run, isStopped}): QueuedRun[] => {
    const record = run === undefined ? takeOrphan(orphans, job) : recordMadeAs(run, records);
    // A run whose folder somebody deleted is not wanted any more.
    if (run !== undefined && record === undefined) return [];
    const isOver = isUnattended && (!left.has(key) || (record !== undefined && wasStopped(record)));
    return [{key, job, record, progress: progressOf(record, isStopped || isOver)}];
  });
  return {journal, items};
}

/** A folder that was made just before the journal could say so. */
function takeOrphan(orphans: RunRecord[], {experiment}: RunJob): RunRecord | undefined {
  const hash = configHash(experiment);
  const index = orphans.findIndex(({info}) => !isBroken(info) && info.configHash === hash);
  return index === -1 ? undefined : orphans.splice(index, 1)[0];
}

function progressOf(record: RunRecord | undefined, isStopped: boolean): ItemProgress {
  if (record === undefined) return isStopped ? 'stopped' : 'waiting';
  if (!isFinished(record.status)) return 'running';
  if (isInterrupted(record)) return isStopped ? 'stopped' : 'interrupted';
  return record.status === 'failed' ? 'failed' : 'completed';
}

export function isUnfinished({progress}: QueuedRun): boolean {
  return progress === 'waiting' || progress === 'interrupted' || progress === 'running';
}

/**
 * The newest queue with something left to do that no process works on, and what a person should
 * know of journals that cannot be used: those are set aside.
 */
export async function lastInterruptedQueue(
  runs: string,
): Promise<{readonly queue: QueueOnDisk | undefined; readonly notes: readonly string[]}> {
  const notes: string[] = [];
  let records: RunRecord[] | undefined;
  for (const id of await queueIds(runs)) {
    const {journal, fault} = await readJournalFile(runs, id);
    if (fault !== undefined) notes.push(await setFaultyAside(runs, id, fault));
    if (journal === undefined) continue;
    records ??= await listRuns(runs);
    const queue = queueOf(journal, records);
    if (queue.items.some(isUnfinished) && !(await isQueueHeld(runs, id))) return {queue, notes};
  }
  return {queue: undefined, notes};
}

/** `2 interrupted, 1 waiting` */
export function unfinishedText(items: readonly QueuedRun[]): string {
  return (['running', 'interrupted', 'waiting'] as const)
    .map(progress => [items.filter(item => item.progress === progress).length, progress] as const)
    .filter(([count]) => count > 0)
    .map(([count, progress]) => `${count} ${progress}`)
    .join(', ');
}
