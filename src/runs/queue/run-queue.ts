import type {RunEvent} from '../events.js';
import {reduceRun, type RunState} from '../run-state.js';
import {isActive, isEnded, isFailed} from '../status.js';
import {hintOf, messageOf} from '../../util/user-error.js';
import {assertNever} from '../../util/assert-never.js';
import {Store} from '../../util/store.js';
import type {RunJob} from './journal.js';
import type {QueueCommand} from './queue-commands.js';
import {
  isQueued,
  itemWith,
  keyInTraining,
  newRun,
  rearranged,
  withAdded,
  withChanged,
  withLooks,
  withoutQueued,
  type AddedRun,
  type QueueItem,
  type QueueState,
  type RunQueueOptions,
  type SearchLook,
} from './queue-state.js';
import {trainItem, type Stopping} from './train-item.js';
import type {Trainer} from './trainer-process.js';

/** Watchers see at most ten states a second; `onEvent` receives each event at once. */
const NOTIFY_MS = 100;

/** Runs experiments, some at a time, each in a trainer process of its own. */
export class RunQueue {
  readonly state = new Store<QueueState>({items: [], stopping: false});
  readonly #options: RunQueueOptions;
  #items: readonly QueueItem[] = [];
  #looks: readonly SearchLook[] = [];
  /** By the keys of their items. */
  readonly #trainers = new Map<string, Trainer>();
  #stopping: Stopping = 'no';
  #nextKey = 1;
  #notifyTimer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;
  /** Tells the work that runs were added. */
  #onAdded = (): void => {};

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  /** The name by which another process resumes it. */
  get id(): string | undefined {
    return this.#options.journal?.id;
  }

  /** Runs that train at the same time. */
  get jobs(): number {
    return this.#options.jobs ?? 1;
  }

  add(jobs: readonly RunJob[]): void {
    this.addRuns(jobs.map(newRun));
  }

  /** Adds runs that have a status already; queued ones with a folder resume from their checkpoints. */
  addRuns(runs: readonly AddedRun[]): void {
    const items = runs.map(({key = String(this.#nextKey), ...rest}) => {
      this.#nextKey = Math.max(this.#nextKey, Number(key)) + 1;
      return {key, ...rest};
    });
    this.#arrange(withAdded(this.#items, items));
    this.#onAdded();
  }

  /** Does what a person asks, in this process or in another one. A key that is gone changes nothing. */
  async obey(command: QueueCommand): Promise<void> {
    const trainer = 'key' in command ? this.#trainers.get(command.key) : undefined;
    switch (command.type) {
      case 'pause':
      case 'resume':
        return trainer?.send({type: command.type});
      case 'skip':
        // Recorded first: a process that resumes the queue must not start the run again.
        if (trainer !== undefined) this.#options.journal?.stopped(command.key);
        return trainer?.stop();
      case 'stop':
        return this.stop();
      case 'move':
      case 'remove':
        return this.#arrange(rearranged(this.#items, command));
      case 'add':
        return this.add(command.jobs);
      default:
        return assertNever(command);
    }
  }

  #arrange(items: readonly QueueItem[]): void {
    this.#items = items;
    this.#notifyNow();
  }

  /** Works until no run is queued. A call during the work joins it. */
  start(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      this.#notifyNow();
    });
    return this.#working;
  }

  /**
   * Stops the active runs with checkpoints and starts no other; a second call does no more.
   * Resolves once the end of the run is written and the queue's lock is released.
   */
  async stop(): Promise<void> {
    await this.#end(trainer => trainer.stop());
  }

  /** Ends the active runs at once, without checkpoints, and starts no other. */
  async kill(): Promise<void> {
    await this.#end(trainer => trainer.kill('it was asked to stop twice'));
  }

  async #end(endTrainer: (trainer: Trainer) => Promise<unknown>): Promise<void> {
    this.#stopping = 'all';
    this.#notifyNow();
    await Promise.all([...this.#trainers.values()].map(endTrainer));
    // The end is written after the trainer is gone; `start` reports what goes wrong.
    await this.#working?.catch(() => {});
  }

  /**
   * Lets the active trainers continue without a parent; queued runs stay in the journal.
   *
   * @returns Whether runs are left, which another process has to follow or start.
   */
  async detach(): Promise<boolean> {
    const left = this.#items.filter(({run}) => !isEnded(run.status));
    this.#options.journal?.detached(left.map(({key}) => key));
    const training = [...this.#trainers.values()];
    this.#stopping = 'detached';
    await Promise.all(training.map(trainer => trainer.detach()));
    await this.#working?.catch(() => {});
    return left.length > 0;
  }

  async #work(): Promise<void> {
    this.#stopping = 'no';
    const {journal, onNotice} = this.#options;
    do {
      await journal?.open(this.#items, {
        onCommand: command => void this.obey(command),
        onFault: fault => onNotice?.(fault),
      });
      await this.#workThrough().finally(() => journal?.close());
      // The last command may have added runs.
    } while (this.#items.some(isQueued));
  }

  async #workThrough(): Promise<void> {
    const {journal} = this.#options;
    const active = new Set<Promise<void>>();
    try {
      for (;;) {
        const added = new Promise<void>(resolve => (this.#onAdded = resolve));
        while (active.size < this.jobs) {
          const item = await this.#next(active.size === 0);
          if (item === undefined) break;
          journal?.assertHeld();
          const work = this.#runItem(item).finally(() => active.delete(work));
          active.add(work);
        }
        if (active.size === 0) return;
        await Promise.race([...active, added]);
      }
    } finally {
      await Promise.allSettled(active);
    }
  }

  /** Adds the runs that searches need. @returns Whether there are any. */
  async #grow(): Promise<boolean> {
    const {grow, journal} = this.#options;
    const growth = this.#stopping === 'no' ? await grow?.(this.#items) : undefined;
    // Asked to stop meanwhile: a process that resumes the queue looks again.
    if (growth === undefined || this.#stopping !== 'no') return false;
    this.#looks = withLooks(this.#looks, growth.looks);
    this.addRuns(growth.runs);
    growth.looks.filter(look => look.isEnded).forEach(({search}) => journal?.searchEnded(search));
    return growth.runs.length > 0;
  }

  /**
   * Picks a run that a trainer already works on, then the first queued one.
   *
   * @param isIdle Whether no run is active: only then the searches have all results to look at.
   */
  async #next(isIdle: boolean): Promise<QueueItem | undefined> {
    const key = await keyInTraining(this.#items);
    // Found before the queue is emptied: after a stop, that trainer is followed and stopped.
    const inTraining = this.#items.find(item => item.key === key && isQueued(item));
    if (this.#stopping !== 'no') this.#items = withoutQueued(this.#items);
    const next = inTraining ?? this.#items.find(isQueued);
    return next ?? (isIdle && (await this.#grow()) ? this.#next(isIdle) : undefined);
  }

  async #runItem(item: QueueItem): Promise<void> {
    const {key} = item;
    this.#changeRun(key, {status: 'starting'});
    try {
      const end = await trainItem(item, {
        ...this.#options,
        trainers: this.#trainers,
        stopping: () => this.#stopping,
        lastSeq: () => this.#item(key).run.lastSeq,
        change: change => this.#change(key, change),
        onEvent: event => this.#receive(key, event),
        onNotice: message => this.#notice(key, message),
      });
      // Stopped before its trainer started.
      if (end.how !== 'detached' && isActive(this.#item(key).run.status))
        this.#changeRun(key, {status: 'cancelled'});
    } catch (error) {
      const failure = {message: messageOf(error), hint: hintOf(error), exitCode: 1};
      this.#changeRun(key, {status: 'failed', failure});
    }
    if (this.#options.failFast && isFailed(this.#item(key).run.status))
      this.#arrange(withoutQueued(this.#items));
  }

  #notice(key: string, message: string): void {
    const at = new Date(this.#options.now()).toISOString();
    const {log} = this.#item(key).run;
    this.#changeRun(key, {log: [...log, {at, level: 'warning', message}]});
    this.#options.onNotice?.(message);
  }

  #receive(key: string, event: RunEvent): void {
    this.#items = withChanged(this.#items, key, ({run}) => ({run: reduceRun(run, event)}));
    this.#options.onEvent?.(event, this.#item(key));
    this.#notifySoon();
  }

  #item(key: string): QueueItem {
    return itemWith(this.#items, key);
  }

  #change(key: string, change: Partial<QueueItem>): void {
    this.#arrange(withChanged(this.#items, key, () => change));
  }

  #changeRun(key: string, change: Partial<RunState>): void {
    this.#change(key, {run: {...this.#item(key).run, ...change}});
  }

  #notifySoon(): void {
    this.#notifyTimer ??= setTimeout(() => this.#notifyNow(), NOTIFY_MS);
  }

  #notifyNow(): void {
    clearTimeout(this.#notifyTimer);
    this.#notifyTimer = undefined;
    this.#options.journal?.record(this.#items);
    const stopping = this.#stopping === 'all' && this.#working !== undefined;
    this.state.set({items: [...this.#items], stopping, looks: this.#looks});
  }
}
