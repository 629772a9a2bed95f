import {isQueued, type QueueItem} from '../../runs/queue/queue-state.js';
import type {RunRecord} from '../../runs/run-record.js';
import {initialRunState, type RunState} from '../../runs/run-state.js';
import {isActive, isEnded} from '../../runs/status.js';
import type {Snapshot} from './snapshot.js';

/** A run that trains, trained or waits, in this interface's queue or in another program. */
export type LiveItem = {
  readonly key: string;
  readonly name: string;
  readonly run: RunState;
  /** Undefined for a run that another program started. */
  readonly queued: QueueItem | undefined;
  readonly record: RunRecord | undefined;
};

type LiveSources = Pick<Snapshot, 'queue' | 'runs' | 'waitingElsewhere'>;

/** The queue, then the active runs of other programs, then the runs that they have queued. */
export function liveItems({queue, runs, waitingElsewhere}: LiveSources): readonly LiveItem[] {
  const queueItems = queue.items.map(item => ({
    key: item.key,
    name: item.job.experiment.name,
    run: named(item.run, item.job.experiment.name),
    queued: item,
    record: undefined,
  }));
  const ids = new Set(queue.items.map(({run}) => run.id));
  const foreignItems = runs
    .filter(({status, folder}) => !isEnded(status) && !ids.has(folder.id))
    .map(record => ({
      record,
      run: named({...record.state, status: record.status}, experimentOf(record)),
    }))
    .map(({record, run}) => ({
      key: record.folder.id,
      name: run.experiment,
      run,
      queued: undefined,
      record,
    }));
  const waiting = waitingElsewhere.map(({key, name}) => ({
    key,
    name,
    run: named(initialRunState(key), name),
    queued: undefined,
    record: undefined,
  }));
  return [...queueItems, ...foreignItems, ...waiting];
}

function experimentOf({info}: RunRecord): string {
  return info?.experiment ?? '';
}

/** A run that is queued or has just started does not know its name yet. */
function named(run: RunState, experiment: string): RunState {
  return run.experiment === '' ? {...run, experiment} : run;
}

/** The item that is shown: under the cursor, else active, else the last that ran. */
export function shownItem(snapshot: LiveSources & Pick<Snapshot, 'state'>): LiveItem | undefined {
  const items = liveItems(snapshot);
  const {cursor} = snapshot.state.lists.queue;
  return (
    items.find(({key}) => key === cursor) ??
    items.find(({run}) => isActive(run.status)) ??
    items.findLast(item => !isQueued(item)) ??
    items[0]
  );
}
