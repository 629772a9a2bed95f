import {lookAtTrainer} from '../run-holder.js';
import {RunFolder} from '../run-folder.js';
import type {RunState} from '../run-state.js';
import type {QueueItem, QueueItemStatus} from './queue-state.js';

/** How the item of a run that has ended stands in its queue. */
export function itemStatus(run: RunState): QueueItemStatus {
  if (run.phase === 'failed') return 'failed';
  return run.phase === 'completed' || run.phase === 'stopped-early' ? 'done' : 'cancelled';
}

export function failedBeforeStart(run: RunState, message: string): RunState {
  return {...run, phase: 'failed', failure: {message, hint: undefined, exitCode: 1}};
}

export function withWarning(run: RunState, at: string, message: string): RunState {
  return {...run, log: [...run.log, {at, level: 'warning', message}]};
}

/** With the waiting item moved up (-1) or down (1) among the waiting ones. */
export function withMoved(items: readonly QueueItem[], key: string, by: -1 | 1): QueueItem[] {
  const moved = [...items];
  const from = items.findIndex(item => item.key === key);
  const item = items[from];
  const neighbour = items[from + by];
  if (item?.status !== 'waiting' || neighbour?.status !== 'waiting') return moved;
  moved[from] = neighbour;
  moved[from + by] = item;
  return moved;
}

/** With all waiting items cancelled. */
export function withoutWaiting(items: readonly QueueItem[]): QueueItem[] {
  return items.map(item => (item.status === 'waiting' ? {...item, status: 'cancelled'} : item));
}

/** The waiting item whose run a trainer of an earlier process still works on. */
export async function keyUnderWay(items: readonly QueueItem[]): Promise<string | undefined> {
  for (const {key, status, folder} of items) {
    if (status !== 'waiting' || folder === undefined) continue;
    if ((await lookAtTrainer(new RunFolder(folder))).held) return key;
  }
  return undefined;
}
