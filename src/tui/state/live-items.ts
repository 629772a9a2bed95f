import {namesInQueue} from '../../experiment/folds.js';
import {isQueued} from '../../runs/queue/queue-state.js';
import {recordMadeAs, type RunRecord} from '../../runs/run-record.js';
import {initialRunState, type RunState} from '../../runs/run-state.js';
import {hasResult, isActive, isEnded} from '../../runs/status.js';
import {remembering} from '../../util/remember.js';
import type {Snapshot} from './snapshot.js';

/** Where a run stands in a queue. */
type QueuePlace = {
  /** Id of the queue of another program; undefined for the queue of this interface. */
  readonly id: string | undefined;
  /** Key of the run in that queue. */
  readonly key: string;
};

/** A run that trains, trained or waits, in this interface's queue or in another program. */
export type LiveItem = {
  /** Unique in the list. */
  readonly key: string;
  readonly name: string;
  readonly run: RunState;
  /** Undefined for a run of another program that is in no queue that a process works on. */
  readonly place: QueuePlace | undefined;
  /** Whether another machine or a cluster has it. */
  readonly isElsewhere: boolean;
  /** The run of another program, once it has started. */
  readonly record: RunRecord | undefined;
};

type LiveSources = Pick<Snapshot, 'queue' | 'runs' | 'queuesElsewhere'>;

/** The queue, then the queues of other programs, then other runs that train. */
export function liveItems({queue, runs, queuesElsewhere}: LiveSources): readonly LiveItem[] {
  return itemsOf(queue, runs, queuesElsewhere);
}

/** A frame asks many times. */
const itemsOf = remembering(makeItems);

function makeItems(
  queue: Snapshot['queue'],
  runs: Snapshot['runs'],
  queuesElsewhere: Snapshot['queuesElsewhere'],
): readonly LiveItem[] {
  const names = namesInQueue(queue.items.map(({job}) => job.experiment));
  const records = new Map(runs.map(record => [record.state.id, record]));
  const queueItems = queue.items.flatMap(({key, job, run}, index): LiveItem[] => {
    const {name: experiment} = job.experiment;
    const item = {key, name: names[index] ?? experiment, isElsewhere: false, record: undefined};
    const place = {id: undefined, key};
    const record = records.get(run.id);
    const isResumedSince =
      record !== undefined && isEnded(run.status) && record.state.lastSeq > run.lastSeq;
    if (!isResumedSince) return [{...item, place, run: named(run, experiment)}];
    // Another program resumed it: while it trains, it is listed there.
    return isEnded(record.status) ? [{...item, place, run: runOf(record)}] : [];
  });
  const ids = new Set(queueItems.map(({run}) => run.id));
  const queuedElsewhere = queuesElsewhere
    .flatMap(({id, holder, items}) =>
      items.map(item => ({id, isElsewhere: holder === 'elsewhere', ...item})),
    )
    .filter(({run}) => run === undefined || !ids.has(run))
    .flatMap(({id, key, name, run, isElsewhere}): LiveItem[] => {
      const item = {key: `${id}/${key}`, name, place: {id, key}, isElsewhere};
      if (run === undefined)
        return [{...item, run: named(initialRunState(item.key), name), record: undefined}];
      const record = recordMadeAs(run, runs);
      // Its folder was deleted.
      return record === undefined ? [] : [{...item, run: runOf(record), record}];
    });
  for (const {run} of queuedElsewhere) ids.add(run.id);
  const unqueued = runs
    .filter(({status, folder}) => !isEnded(status) && !ids.has(folder.id))
    .map(record => ({
      key: record.folder.id,
      name: experimentOf(record),
      run: runOf(record),
      place: undefined,
      isElsewhere: record.task !== undefined,
      record,
    }));
  return [...queueItems, ...queuedElsewhere, ...unqueued];
}

function runOf(record: RunRecord): RunState {
  return named({...record.state, status: record.status}, experimentOf(record));
}

function experimentOf({info}: RunRecord): string {
  return info?.experiment ?? '';
}

/** A run that is queued or has just started does not know its name yet. */
function named(run: RunState, experiment: string): RunState {
  return run.experiment === '' ? {...run, experiment} : run;
}

/** The item that is shown: under the cursor, else active, else the last that ran. */
export function shownItem(snapshot: Snapshot): LiveItem | undefined {
  const items = liveItems(snapshot);
  const {cursor} = snapshot.state.lists.queue;
  return (
    items.find(({key}) => key === cursor) ??
    items.find(({run}) => isActive(run.status)) ??
    items.findLast(item => !isQueued(item)) ??
    items[0]
  );
}

/** The items of the queue that an item is in; none where it is in no queue. */
export function queueOf(item: LiveItem | undefined, all: readonly LiveItem[]): readonly LiveItem[] {
  const isIn = ({place}: LiveItem): boolean =>
    place !== undefined && item?.place !== undefined && place.id === item.place.id;
  return all.filter(isIn);
}

/** The items of the queue that the shown one is in; none where it is in no queue. */
export function shownQueue(snapshot: Snapshot): readonly LiveItem[] {
  return queueOf(shownItem(snapshot), liveItems(snapshot));
}

/** The run in progress of the queue that the shown item is in: the shown one, else the first. */
export function activeInShownQueue(snapshot: Snapshot): LiveItem | undefined {
  const active = shownQueue(snapshot).filter(({run}) => isActive(run.status));
  const shown = shownItem(snapshot)?.key;
  return active.find(({key}) => key === shown) ?? active[0];
}

/** Ids of the runs of the shown queue, once all have ended and there is something to compare. */
export function comparableQueue(snapshot: Snapshot): readonly string[] | undefined {
  const items = shownQueue(snapshot);
  const results = items.filter(({run}) => hasResult(run.status));
  return results.length > 1 && items.every(({run}) => isEnded(run.status))
    ? results.map(({run}) => run.id)
    : undefined;
}

/** The active items of queues that other programs work on. */
export function heldElsewhere(sources: LiveSources): readonly LiveItem[] {
  const held = new Set(
    sources.queuesElsewhere.flatMap(({id, holder}) => (holder === undefined ? [] : id)),
  );
  return liveItems(sources).filter(
    ({place, run}) => isActive(run.status) && place?.id !== undefined && held.has(place.id),
  );
}

/** The queue of another program that a start joins: one on this machine, while the own one is idle. */
export function joinedQueue({queue, queuesElsewhere}: LiveSources): string | undefined {
  return queue.items.some(({run}) => !isEnded(run.status))
    ? undefined
    : queuesElsewhere.find(({holder}) => holder === 'here')?.id;
}
