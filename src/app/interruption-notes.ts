import {
  lastInterruptedQueue,
  offeredQueues,
  unfinishedText,
  type QueueOnDisk,
} from '../runs/queue/unfinished.js';
import {isActive, isEnded} from '../runs/status.js';

/**
 * What an earlier start left undone, how to resume it, and how to hear no more of it; and what else
 * to know of it.
 *
 * @param where An interface has keys for both.
 */
export async function interruptionNotes(
  runs: string,
  where: 'interface' | 'command',
): Promise<readonly string[]> {
  const {queue: last, notes} = await lastInterruptedQueue(runs);
  const queue = await firstOffered(runs);
  return queue === undefined ? notes : [...notes, offerText(queue, last, where)];
}

function offerText(
  {journal, items}: QueueOnDisk,
  last: QueueOnDisk | undefined,
  where: 'interface' | 'command',
): string {
  const isOneRunning = items.some(({status}) => isActive(status));
  const isOneInterrupted = items.some(({status}) => isEnded(status));
  if (where === 'interface' && isOneInterrupted)
    return `Unfinished: ${unfinishedText(items)}. R resumes a run, D dismisses them.`;
  const what = `Unfinished runs: ${unfinishedText(items)}.`;
  const command = `celeba-tui run --resume${last?.journal.id === journal.id ? '' : ` ${journal.id}`}`;
  const parts = [
    `${what} To ${isOneRunning ? 'attach and resume' : 'resume'}: ${command}`,
    isOneInterrupted ? ', or R on a run in the interface' : '',
    items.some(({status}) => !isActive(status))
      ? '; to dismiss this reminder: celeba-tui runs --dismiss'
      : '',
  ];
  return parts.join('');
}

async function firstOffered(runs: string): Promise<QueueOnDisk | undefined> {
  for await (const queue of offeredQueues(runs)) return queue;
  return undefined;
}
