import type {RunEvent} from '../protocol/events.js';
import {EventLogWriter} from '../runs/event-log.js';
import type {RunFolder} from '../runs/run-folder.js';
import {initialRunState, reduceRun, type RunState} from '../runs/run-state.js';
import {messageOf} from '../util/user-error.js';
import {Store} from '../util/store.js';
import type {QueueControls, QueueItem, QueueItemStatus, QueueState, RunJob} from './queue-state.js';
import {TrainerProcess, type TrainerEnd} from './trainer-process.js';

/** How often a changed state is told to those who watch; events themselves are never held back. */
const NOTIFY_MS = 100;

export type RunQueueOptions = {
  /** The program to fork for each run. */
  readonly trainerProgram: string;
  readonly env: NodeJS.ProcessEnv;
  /** Makes the folder of a run. */
  readonly createRun: (job: RunJob) => Promise<RunFolder>;
  readonly failFast: boolean;
  readonly now: () => number;
  /** Every event of every run, as it arrives. */
  readonly onEvent?: (event: RunEvent, item: QueueItem) => void;
};

/** Runs experiments one after another, each in a trainer process of its own. */
export class RunQueue implements QueueControls {
  readonly state = new Store<QueueState>({items: [], active: false});
  readonly #options: RunQueueOptions;
  #items: QueueItem[] = [];
  #trainer: TrainerProcess | undefined;
  #stopping: 'no' | 'all' | 'detached' = 'no';
  #nextKey = 1;
  #notifyTimer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  add(jobs: readonly RunJob[]): void {
    const items = jobs.map(job => {
      const key = String(this.#nextKey++);
      return {key, job, status: 'waiting' as const, folder: undefined, run: initialRunState(key)};
    });
    this.#items.push(...items);
    this.#notifyNow();
  }

  remove(key: string): void {
    this.#items = this.#items.filter(item => item.key !== key || item.status !== 'waiting');
    this.#notifyNow();
  }

  move(key: string, by: -1 | 1): void {
    const from = this.#items.findIndex(item => item.key === key);
    const item = this.#items[from];
    const other = this.#items[from + by];
    if (item?.status !== 'waiting' || other?.status !== 'waiting') return;
    this.#items[from] = other;
    this.#items[from + by] = item;
    this.#notifyNow();
  }

  /** Works until nothing waits. Called again while it works, it is the same work. */
  start(): Promise<void> {
    this.#working ??= this.#work().finally(() => {
      this.#working = undefined;
      this.#notifyNow();
    });
    return this.#working;
  }

  async skip(): Promise<void> {
    await this.#trainer?.stop();
  }

  async stop(): Promise<void> {
    const again = this.#stopping === 'all';
    this.#stopping = 'all';
    if (again) await this.#trainer?.kill('it was stopped twice');
    else await this.#trainer?.stop();
  }

  pause(): void {
    this.#trainer?.send({type: 'pause'});
  }

  resume(): void {
    this.#trainer?.send({type: 'resume'});
  }

  detach(): void {
    this.#stopping = 'detached';
    this.#trainer?.detach();
  }

  async #work(): Promise<void> {
    this.#stopping = 'no';
    for (let item = this.#nextWaiting(); item !== undefined; item = this.#nextWaiting()) {
      const status = await this.#runOne(item);
      if (status === 'failed' && this.#options.failFast) this.#cancelWaiting();
    }
  }

  #nextWaiting(): QueueItem | undefined {
    if (this.#stopping !== 'no') this.#cancelWaiting();
    return this.#items.find(({status}) => status === 'waiting');
  }

  #cancelWaiting(): void {
    this.#items = this.#items.map(item =>
      item.status === 'waiting' ? {...item, status: 'cancelled'} : item,
    );
  }

  async #runOne({key, job}: QueueItem): Promise<QueueItemStatus> {
    this.#change(key, {status: 'running'});
    let folder: RunFolder;
    try {
      folder = await this.#options.createRun(job);
    } catch (error) {
      const run = failedBeforeStart(initialRunState(key), messageOf(error));
      this.#change(key, {status: 'failed', run});
      return 'failed';
    }
    this.#change(key, {
      folder: folder.path,
      run: {...initialRunState(folder.id), experiment: job.experiment.name},
    });
    this.#trainer = new TrainerProcess(folder, false, {
      program: this.#options.trainerProgram,
      env: this.#options.env,
      onEvent: event => this.#receive(key, event),
    });
    const end = await this.#trainer.ended;
    this.#trainer = undefined;
    if (end.how === 'crashed') this.#receive(key, this.#recordCrash(folder, key, end));
    const status = end.how === 'detached' ? 'running' : itemStatus(this.#item(key).run);
    this.#change(key, {status});
    return status;
  }

  /** A trainer that died could not write its last event: its parent does. */
  #recordCrash(folder: RunFolder, key: string, end: TrainerEnd & {how: 'crashed'}): RunEvent {
    const {run} = this.#item(key);
    const event: RunEvent = {
      type: 'run.failed',
      message: `The trainer ${end.reason}.${end.logTail === '' ? '' : `\n${end.logTail}`}`,
      hint: `The whole of its output is in ${folder.trainerLog}.`,
      exitCode: 4,
      seq: run.lastSeq + 1,
      at: new Date(this.#options.now()).toISOString(),
      run: folder.id,
    };
    try {
      const log = new EventLogWriter(folder.events);
      log.append(event);
      log.close();
    } catch {
      // A folder that is gone or full: what happened is still shown, and status derives it.
    }
    return event;
  }

  #receive(key: string, event: RunEvent): void {
    const item = this.#item(key);
    const next = {...item, run: reduceRun(item.run, event)};
    this.#items = this.#items.map(other => (other.key === key ? next : other));
    this.#options.onEvent?.(event, next);
    this.#notifySoon();
  }

  #item(key: string): QueueItem {
    const item = this.#items.find(candidate => candidate.key === key);
    if (item === undefined) throw new Error(`The queue has no item ${key}.`);
    return item;
  }

  #change(key: string, change: Partial<QueueItem>): void {
    this.#items = this.#items.map(item => (item.key === key ? {...item, ...change} : item));
    this.#notifyNow();
  }

  #notifySoon(): void {
    this.#notifyTimer ??= setTimeout(() => this.#notifyNow(), NOTIFY_MS);
  }

  #notifyNow(): void {
    clearTimeout(this.#notifyTimer);
    this.#notifyTimer = undefined;
    const active = this.#items.some(({status}) => status === 'running');
    this.state.set({items: [...this.#items], active});
  }
}

function itemStatus(run: RunState): QueueItemStatus {
  if (run.phase === 'failed') return 'failed';
  return run.phase === 'cancelled' ? 'cancelled' : 'done';
}

function failedBeforeStart(run: RunState, message: string): RunState {
  return {...run, phase: 'failed', failure: {message, hint: undefined, exitCode: 1}};
}
