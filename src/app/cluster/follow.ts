import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {
  clusterTask,
  readClusterState,
  statusOnCluster,
  withTaskFailure,
  type ClusterTask,
} from '../../runs/cluster/cluster-state.js';
import {EventLogReader} from '../../runs/event-log.js';
import type {RunEvent} from '../../runs/events.js';
import type {QueueItem} from '../../runs/queue/queue-state.js';
import {RunFolder} from '../../runs/run-folder.js';
import {lookAtTrainer} from '../../runs/run-holder.js';
import {initialRunState, reduceRun} from '../../runs/run-state.js';
import {hasResult, isEnded, isFailed} from '../../runs/status.js';
import {mapLimited} from '../../util/map-limited.js';
import {lookAtClusters} from './look.js';

/** How often the logs are read: files of a shared folder, which no controller sees. */
const POLL_MS = 1_000;

type FollowOptions = {
  readonly runs: string;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  readonly onEvent: (event: RunEvent, item: QueueItem) => void;
  /** Receives why the cluster does not answer, and that it does again. */
  readonly onNotice: (text: string) => void;
};

/** Follows the runs of a queue that a cluster trains, by their logs, until all have ended. */
export class ClusterFollower {
  readonly #options: FollowOptions;
  readonly #past: ReadonlyMap<string, number>;
  readonly #readers = new Map<string, EventLogReader>();
  #items: readonly QueueItem[];
  readonly #over = new Set<string>();
  #isLeft = false;
  #fault: string | undefined;

  /** @param id Of the queue. */
  constructor(
    readonly id: string,
    items: readonly QueueItem[],
    options: FollowOptions,
  ) {
    // The logs are read from their beginnings; only what is new is told.
    this.#past = new Map(items.map(({key, run}) => [key, run.lastSeq]));
    this.#items = items.map(item => {
      const isOver =
        item.folder === undefined || hasResult(item.run.status) || isFailed(item.run.status);
      if (isOver) this.#over.add(item.key);
      return isOver
        ? item
        : {...item, run: {...initialRunState(item.run.id), experiment: item.run.experiment}};
    });
    this.#options = options;
  }

  get items(): readonly QueueItem[] {
    return this.#items;
  }

  /** How many tasks have not come to their end. */
  get left(): number {
    return this.#items.length - this.#over.size;
  }

  /** Ends the following; the tasks continue. */
  leave(): void {
    this.#isLeft = true;
  }

  async follow(): Promise<void> {
    for (;;) {
      await this.#look();
      this.#items = await mapLimited(this.#items, item =>
        this.#over.has(item.key) ? Promise.resolve(item) : this.#read(item),
      );
      if (this.left === 0 || this.#isLeft) return;
      await sleep(POLL_MS);
    }
  }

  async #look(): Promise<void> {
    const {runs, env, now, onNotice} = this.#options;
    await lookAtClusters(runs, {env, now});
    const fault = (await readClusterState(runs, this.id))?.fault;
    if (fault !== undefined && this.#fault === undefined)
      onNotice(`the cluster does not answer, and is asked again: ${fault}`);
    if (fault === undefined && this.#fault !== undefined) onNotice('the cluster answers again');
    this.#fault = fault;
  }

  async #read(item: QueueItem): Promise<QueueItem> {
    const folder = new RunFolder(item.folder ?? '');
    const reader = this.#readers.get(item.key) ?? new EventLogReader(folder.events);
    this.#readers.set(item.key, reader);
    // The lock and the task are looked at first: events that were written before are read after.
    const isHeld = (await lookAtTrainer(folder)).held;
    const task = await clusterTask(path.dirname(folder.path), {id: folder.id, batch: this.id});
    let next = item;
    const past = this.#past.get(item.key) ?? 0;
    for (const event of await reader.readNew().catch(() => [])) {
      next = {...next, run: reduceRun(next.run, event)};
      if (event.seq > past) this.#options.onEvent(event, next);
    }
    return task === undefined ? next : this.#judged(next, isHeld, task);
  }

  #judged(item: QueueItem, isHeld: boolean, task: ClusterTask): QueueItem {
    const {run, key} = item;
    const status = statusOnCluster(run, isHeld, task);
    // What was stopped starts again while the cluster has its task.
    if (isHeld || !isEnded(status)) return item;
    this.#over.add(key);
    return {...item, run: {...withTaskFailure(run, status, task), status}};
  }
}
