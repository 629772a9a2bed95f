import * as z from 'zod';
import {configHash} from '../../experiment/config-hash.js';
import {listRuns, recordMadeAs, type RunRecord} from '../run-record.js';
import {isQueueHeld, journalFile} from '../run-holder.js';
import {
  hasResult,
  isActive,
  isEnded,
  resumesWithQueue,
  statusText,
  type RunStatus,
} from '../status.js';
import {readJson} from '../../util/json-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {writeAtomic} from '../../util/write-atomic.js';
import {
  queueIds,
  readJournal,
  searchOf,
  setFaultyAside,
  type Journal,
  type RunJob,
} from './journal.js';
import {isLookedAt} from './queue-state.js';

/** A run of a queue, as the journal of the queue and the run's own log tell it. */
export type QueuedRun = {
  readonly key: string;
  readonly job: RunJob;
  readonly status: RunStatus;
  /** Whether a process that resumes the queue works on the run. */
  readonly isUnfinished: boolean;
  /** Whether a later command has its result, so that it does not train again. */
  readonly isAnswered: boolean;
  /** Once it has started; of an answered one, the run that has its result. */
  readonly record: RunRecord | undefined;
};

/** A queue as its journal and its runs tell it. */
export type QueueOnDisk = {
  readonly journal: Journal;
  readonly items: readonly QueuedRun[];
};

/**
 * Joins the journal of a queue with the records of its runs. A run that somebody stopped by itself
 * is not unfinished: only they resume it.
 *
 * @param isUnattended A process resumes the queue after the interface was left, and no person: a run
 *   that had ended by then stays as it is, and so does one that was stopped since.
 */
export function queueOf(
  journal: Journal,
  records: readonly RunRecord[],
  isUnattended = false,
): QueueOnDisk {
  const linked = new Set(journal.items.map(({run}) => run));
  const orphans = records.filter(
    ({folder, info}) => info?.batch === journal.id && folder.id === info.id && !linked.has(info.id),
  );
  const detached = new Set(journal.detached);
  const items = journal.items.flatMap(({key, job, run, isStopped}): QueuedRun[] => {
    const record = run === undefined ? takeOrphan(orphans, job) : recordMadeAs(run, records);
    // Somebody deleted the folder of the run.
    if (run !== undefined && record === undefined) return [];
    const isOver = isUnattended && (!detached.has(key) || record?.status === 'stopped');
    const isLeftAlone = isStopped || isOver;
    const status = record?.status ?? (isLeftAlone ? 'cancelled' : 'queued');
    const isUnfinished = !isOnCluster(record) && isToDo(status, isLeftAlone);
    return [{key, job, status, isUnfinished, isAnswered: false, record}];
  });
  const {needed = false} = journal.settings;
  return {journal, items: needed ? items.map(item => asAnswered(item, records)) : items};
}

/** The item with the run that answers it, where there is one and nobody works on the item. */
function asAnswered(item: QueuedRun, records: readonly RunRecord[]): QueuedRun {
  const {key, job, status, isUnfinished} = item;
  if (!isUnfinished || isActive(status)) return item;
  const record = answerOf(job, item.record, records);
  return record === undefined
    ? item
    : {key, job, status: 'skipped', isUnfinished: false, isAnswered: true, record};
}

/**
 * A finished run with the definition of a job that a queue of `--needed` has not finished: the command was
 * started again. The data of both is the same, as far as the unfinished run came to read it.
 */
function answerOf(
  {experiment}: RunJob,
  unfinished: RunRecord | undefined,
  records: readonly RunRecord[],
): RunRecord | undefined {
  const hash = configHash(experiment);
  const data = unfinished?.info?.dataFingerprint;
  return records.find(
    ({status, info}) =>
      hasResult(status) &&
      info?.configHash === hash &&
      (data === undefined || info.dataFingerprint === data),
  );
}

/** Whether a cluster works on the run: it waits, trains or waits again there. */
export function isOnCluster(record: RunRecord | undefined): boolean {
  return record?.task?.isListed === true;
}

function isToDo(status: RunStatus, isLeftAlone: boolean): boolean {
  // What a cluster cancelled before it started has a folder; nobody stopped that run by itself.
  const isResumed = resumesWithQueue(status) || status === 'cancelled';
  return !isEnded(status) || (isResumed && !isLeftAlone);
}

/** Finds the run of an item whose folder was made just before the journal could say so. */
function takeOrphan(orphans: RunRecord[], {experiment}: RunJob): RunRecord | undefined {
  const hash = configHash(experiment);
  const index = orphans.findIndex(({info}) => info?.configHash === hash);
  return index === -1 ? undefined : orphans.splice(index, 1)[0];
}

/** Whether a search has to look at its results: it was killed between its last run and the next. */
function isSearchOpen({journal, items}: QueueOnDisk): boolean {
  const searches = new Set(items.flatMap(({job}) => searchOf(job) ?? []));
  return [...searches].some(
    search =>
      !journal.endedSearches.includes(search) &&
      items.every(
        ({job, status, isAnswered}) =>
          searchOf(job) !== search || (isLookedAt(job, status) && !isAnswered),
      ),
  );
}

/** Reads the runs when somebody asks for the first time. */
export function listedOnce(runs: string): () => Promise<readonly RunRecord[]> {
  let records: Promise<readonly RunRecord[]> | undefined;
  return () => (records ??= listRuns(runs));
}

/**
 * Finds the newest queue with unfinished runs that no process works on. Journals that cannot be
 * used are set aside, with a note for people.
 */
export async function lastInterruptedQueue(
  runs: string,
  list = listedOnce(runs),
): Promise<{readonly queue: QueueOnDisk | undefined; readonly notes: readonly string[]}> {
  const notes: string[] = [];
  for (const id of await queueIds(runs)) {
    const {journal, fault} = await readJournal(runs, id);
    if (fault !== undefined) notes.push(await setFaultyAside(runs, id, fault));
    if (journal === undefined) continue;
    const queue = queueOf(journal, await list());
    const isUnfinished = queue.items.some(item => item.isUnfinished) || isSearchOpen(queue);
    if (isUnfinished && !(await isQueueHeld(runs, id))) return {queue, notes};
  }
  return {queue: undefined, notes};
}

/** Counts the unfinished runs by their status: `2 crashed, 1 queued`. */
export function unfinishedText(items: readonly QueuedRun[]): string {
  const counts = new Map<string, number>();
  for (const {status} of items.filter(({isUnfinished}) => isUnfinished)) {
    const word = isActive(status) ? 'running' : statusText(status);
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return ['running', 'stopped', 'cancelled', 'interrupted', 'crashed', 'unreadable', 'queued']
    .flatMap(word => (counts.has(word) ? `${counts.get(word)} ${word}` : []))
    .join(', ');
}

/**
 * By queue and by the key of its item: the last event of a run that was dismissed, 0 where it had
 * not started. A run with later events is offered again.
 */
const Dismissed = z.record(z.string(), z.record(z.string(), z.number()));
type Dismissed = z.infer<typeof Dismissed>;

const MAX_BYTES = 1_000_000;

/**
 * The queues that a start offers to resume, newest first, with the items that it offers: runs that
 * ended without their result and were not stopped by somebody, the runs queued behind them, and
 * runs that still train. Queues that a process works on and dismissed runs are left out.
 */
export async function* offeredQueues(
  runs: string,
  list = listedOnce(runs),
): AsyncGenerator<QueueOnDisk> {
  const ids = await queueIds(runs);
  if (ids.length === 0) return;
  const records = await list();
  const dismissed = await readDismissed(runs);
  for (const id of ids) {
    const {journal} = await readJournal(runs, id);
    if (journal === undefined) continue;
    const items = offeredItems(queueOf(journal, records).items).filter(
      item => dismissed[id]?.[item.key] !== lastEvent(item),
    );
    if (items.length > 0 && !(await isQueueHeld(runs, id))) yield {journal, items};
  }
}

function offeredItems(all: readonly QueuedRun[]): readonly QueuedRun[] {
  const unfinished = all.filter(({isUnfinished}) => isUnfinished);
  const offered = unfinished.filter(({status}) => status !== 'stopped');
  // A person who stopped the run stopped the runs queued behind it, too.
  const isAllQueued = offered.every(({status}) => status === 'queued');
  return isAllQueued && offered.length < unfinished.length ? [] : offered;
}

/**
 * Dismisses everything that is offered now.
 *
 * @returns The items that are dismissed.
 * @throws UserError where that cannot be written.
 */
export async function dismissOffered(runs: string): Promise<readonly QueuedRun[]> {
  const dismissed: Dismissed = await readDismissed(runs);
  const items: QueuedRun[] = [];
  for await (const {journal, items: offered} of offeredQueues(runs)) {
    // A run that still trains has later events, and ends by itself.
    const ended = offered.filter(({status}) => !isActive(status));
    items.push(...ended);
    const events = ended.map(item => [item.key, lastEvent(item)] as const);
    dismissed[journal.id] = {...dismissed[journal.id], ...Object.fromEntries(events)};
  }
  if (items.length > 0) await writeDismissed(runs, dismissed);
  return items;
}

async function writeDismissed(runs: string, dismissed: Dismissed): Promise<void> {
  const file = dismissedFile(runs);
  try {
    await writeAtomic(file, `${JSON.stringify(dismissed, null, 2)}\n`);
  } catch (error) {
    throw new UserError(`Nothing was dismissed: ${messageOf(error)}`, {
      hint: `Dismissed runs are recorded in ${file}: make that file writable.`,
      exitCode: 1,
      cause: error,
    });
  }
}

function dismissedFile(runs: string): string {
  return journalFile(runs, 'dismissed', 'json');
}

/** Nothing where the file cannot be read: the runs are offered once more. */
function readDismissed(runs: string): Promise<Dismissed> {
  return readJson(dismissedFile(runs), MAX_BYTES, Dismissed).catch(() => ({}));
}

function lastEvent({record}: QueuedRun): number {
  return record?.state.lastSeq ?? 0;
}
