import {z} from 'zod';
import {listRuns} from '../run-record.js';
import {wasStopped} from '../status.js';
import {readPlainFile} from '../../util/safe-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {writeAtomic} from '../../util/write-atomic.js';
import {isUnfinished, queueOf, type QueuedRun, type QueueOnDisk} from './interrupted.js';
import {isQueueHeld, journalFile, queueIds, readJournalFile} from './journal.js';

/**
 * By queue and by the key of its item: the last event of the run of which somebody wants to hear no
 * more, 0 where it had not begun. A run that went on since is another matter.
 */
const Dismissed = z.record(z.string(), z.record(z.string(), z.number()));
type Dismissed = z.infer<typeof Dismissed>;

const MAX_BYTES = 1_000_000;

/**
 * The queues that a start offers to resume, newest first, with the items that it offers: what was
 * interrupted and not stopped by somebody, what waits behind it, and what was left running. Left
 * out is what a process works on, and what was dismissed.
 */
export async function* offeredQueues(runs: string): AsyncGenerator<QueueOnDisk> {
  const ids = await queueIds(runs);
  if (ids.length === 0) return;
  const records = await listRuns(runs);
  const dismissed = await readDismissed(runs);
  for (const id of ids) {
    const {journal} = await readJournalFile(runs, id);
    if (journal === undefined) continue;
    const items = offeredItems(queueOf(journal, records).items).filter(
      item => !isDismissed(dismissed[id], item),
    );
    if (items.length > 0 && !(await isQueueHeld(runs, id))) yield {journal, items};
  }
}

function offeredItems(all: readonly QueuedRun[]): readonly QueuedRun[] {
  const unfinished = all.filter(isUnfinished);
  const offered = unfinished.filter(item => !isStopped(item));
  // Whoever stopped the run stopped what waits behind it, too.
  const isOnlyWaiting = offered.every(({progress}) => progress === 'waiting');
  return isOnlyWaiting && unfinished.some(isStopped) ? [] : offered;
}

function isStopped({record}: QueuedRun): boolean {
  return record !== undefined && wasStopped(record);
}

/**
 * Offers no more what is offered now.
 *
 * @returns The items that are dismissed.
 * @throws UserError where that cannot be written down.
 */
export async function dismissOffered(runs: string): Promise<readonly QueuedRun[]> {
  const dismissed: Dismissed = await readDismissed(runs);
  const items: QueuedRun[] = [];
  for await (const queue of offeredQueues(runs)) {
    // What still runs changes, and ends by itself.
    const now = queue.items.filter(({progress}) => progress !== 'running');
    items.push(...now);
    const events = now.map(item => [item.key, lastEvent(item)] as const);
    dismissed[queue.journal.id] = {
      ...dismissed[queue.journal.id],
      ...Object.fromEntries(events),
    };
  }
  if (items.length > 0) await writeDismissed(runs, dismissed);
  return items;
}

async function writeDismissed(runs: string, dismissed: Dismissed): Promise<void> {
  try {
    await writeAtomic(fileOf(runs), `${JSON.stringify(dismissed, null, 2)}\n`);
  } catch (error) {
    throw new UserError(`Nothing was dismissed: ${messageOf(error)}`, {
      hint: `What is dismissed stands in ${fileOf(runs)}: make it possible to write there.`,
      exitCode: 1,
      cause: error,
    });
  }
}

function fileOf(runs: string): string {
  return journalFile(runs, 'dismissed', 'json');
}

/** Nothing where it cannot be read: something is offered once more then. */
async function readDismissed(runs: string): Promise<Dismissed> {
  try {
    return Dismissed.parse(JSON.parse((await readPlainFile(fileOf(runs), MAX_BYTES)).toString()));
  } catch {
    return {};
  }
}

function isDismissed(dismissed: Dismissed[string] | undefined, item: QueuedRun): boolean {
  return dismissed?.[item.key] === lastEvent(item);
}

function lastEvent({record}: QueuedRun): number {
  return record?.state.lastSeq ?? 0;
}
