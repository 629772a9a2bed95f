import type {RunEvent} from '../protocol/events.js';
import {readRun, type RunRecord} from '../runs/run-record.js';
import {isFinished, isInterrupted, wasStopped} from '../runs/status.js';
import {RunFolder} from '../runs/run-folder.js';
import {initialRunState, reduceRun, type RunState} from '../runs/run-state.js';
import {messageOf} from '../util/user-error.js';
import type {ProcessIdentity} from '../util/process-identity.js';
import {Store} from '../util/store.js';
import {crashEvents} from './crash-events.js';
import {FollowedTrainer} from './followed-trainer.js';
import type {QueueJournal} from './queue-journal.js';
import type {
  BegunRun,
  QueueControls,
  QueueItem,
  QueueItemStatus,
  QueueState,
  RunJob,
} from './queue-state.js';
import {TrainerProcess, type Trainer, type TrainerEnd} from './trainer-process.js';

/** How often a changed state is told to those who watch; events themselves are never held back. */
const NOTIFY_MS = 100;

export type RunQueueOptions = {
  /** The program to fork for each run. */
  readonly trainerProgram: string;
  readonly env: NodeJS.ProcessEnv;
  /** Makes the folder of a run. */
  readonly createRun: (job: RunJob) => Promise<RunFolder>;
  readonly failFast: boolean;
  /** Keeps what is to be done, so that another process can go on with it. */
  readonly journal?: QueueJournal;
  readonly now: () => number;
  /** Every event of every run, as it arrives. */
  readonly onEvent?: (event: RunEvent, item: QueueItem) => void;
  /** What no run's log says, such as that a trainer gives no sign of life. */
  readonly onNotice?: (text: string) => void;
  /** How long a trainer may give none before it is ended. */
  readonly stuckMs?: number | undefined;
};

/** Runs experiments one after another, each in a trainer process of its own. */
export class RunQueue implements QueueControls {
  readonly state = new Store<QueueState>({items: [], active: false});
  readonly #options: RunQueueOptions;
  #items: QueueItem[] = [];
  #trainer: Trainer | undefined;
  #stopping: 'no' | 'all' | 'detached' = 'no';
  #nextKey = 1;
  #notifyTimer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  /** By which another process can go on with it. */
  get id(): string | undefined {
    return this.#options.journal?.id;
  }

  add(jobs: readonly RunJob[]): void {
    const items = jobs.map(job => {
      const key = String(this.#nextKey++);
      return {key, job, status: 'waiting' as const, folder: undefined, run: initialRunState(key)};
    });
    this.#items.push(...items);
    this.#notifyNow();
  }

  addRuns(runs: readonly BegunRun[]): void {
    const items = runs.map(({key = String(this.#nextKey), job, status, folder, run}) => {
      this.#nextKey = Math.max(this.#nextKey, Number(key)) + 1;
      return {key, job, status, folder, run: run ?? initialRunState(key)};
    });
    // What ended here before goes on in one place, not in two.
    const again = new Set(items.flatMap(({folder}) => folder ?? []));
    this.#items = this.#items.filter(
      ({folder, status}) =>
        folder === undefined || !again.has(folder) || status === 'waiting' || status === 'running',
    );
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

  async detach(): Promise<void> {
    this.#stopping = 'detached';
    this.#trainer?.detach();
    await this.#working;
  }

  async #work(): Promise<void> {
    this.#stopping = 'no';
    await this.#options.journal?.open(this.#items);
    try {
      await this.#workThrough();
    } finally {
      await this.#options.journal?.close();
    }
  }

  async #workThrough(): Promise<void> {
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

  async #runOne({key, job, folder: begun}: QueueItem): Promise<QueueItemStatus> {
    this.#change(key, {status: 'running'});
    let end: TrainerEnd;
    try {
      end = begun === undefined ? await this.#begin(key, job) : await this.#goOn(key, begun);
    } catch (error) {
      const run = failedBeforeStart(this.#item(key).run, messageOf(error));
      this.#change(key, {status: 'failed', run});
      return 'failed';
    }
    const status = end.how === 'detached' ? 'running' : itemStatus(this.#item(key).run);
    this.#change(key, {status});
    return status;
  }

  async #begin(key: string, job: RunJob): Promise<TrainerEnd> {
    const folder = await this.#options.createRun(job);
    this.#change(key, {
      folder: folder.path,
      run: {...initialRunState(folder.id), experiment: job.experiment.name},
    });
    return this.#train(key, folder, false);
  }

  /** From the last checkpoint; a trainer that still works on it is waited for first. */
  async #goOn(key: string, path: string): Promise<TrainerEnd> {
    const folder = new RunFolder(path);
    let record = await readRun(folder);
    this.#change(key, {run: record.state});
    const {trainer} = record.state;
    if (trainer !== undefined && !isFinished(record.status)) {
      const end = await this.#follow(key, record, trainer);
      record = await readRun(folder);
      if (end.how === 'detached' || this.#stopping !== 'no') return end;
      this.#change(key, {run: record.state});
      if (!isInterrupted(record) || wasStopped(record)) return end;
    }
    return this.#train(key, folder, true);
  }

  async #follow(
    key: string,
    {folder, state}: RunRecord,
    trainer: ProcessIdentity,
  ): Promise<TrainerEnd> {
    this.#trainer = new FollowedTrainer(folder, trainer, {
      knownSeq: state.lastSeq,
      onEvent: event => this.#receive(key, event),
    });
    // What was asked while its log was read.
    if (this.#stopping === 'all') void this.#trainer.stop();
    if (this.#stopping === 'detached') this.#trainer.detach();
    const end = await this.#trainer.ended;
    this.#trainer = undefined;
    return end;
  }

  async #train(key: string, folder: RunFolder, resume: boolean): Promise<TrainerEnd> {
    // Stopped while its folder was made: there is nothing to stop yet, and nothing is begun.
    if (this.#stopping !== 'no') return {how: 'reported'};
    this.#trainer = new TrainerProcess(folder, resume, {
      program: this.#options.trainerProgram,
      env: this.#options.env,
      onEvent: event => this.#receive(key, event),
      onSilence: text => this.#notice(key, text),
      ...(this.#options.stuckMs === undefined ? {} : {stuckMs: this.#options.stuckMs}),
    });
    const end = await this.#trainer.ended;
    this.#trainer = undefined;
    if (end.how === 'refused') throw new Error(end.reason);
    if (end.how === 'crashed') await this.#recordCrash(folder, key, end);
    return end;
  }

  #notice(key: string, message: string): void {
    const {run} = this.#item(key);
    const line = {
      at: new Date(this.#options.now()).toISOString(),
      level: 'warning',
      message,
    } as const;
    this.#change(key, {run: {...run, log: [...run.log, line]}});
    this.#options.onNotice?.(message);
  }

  /** What its trainer could not send any more, and that it died. */
  async #recordCrash(
    folder: RunFolder,
    key: string,
    end: TrainerEnd & {how: 'crashed'},
  ): Promise<void> {
    const {lastSeq} = this.#item(key).run;
    const at = new Date(this.#options.now()).toISOString();
    for (const event of await crashEvents(folder, end, {lastSeq, at})) this.#receive(key, event);
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
    this.#options.journal?.record(this.#items);
    this.state.set({items: [...this.#items], active});
  }
}

function itemStatus(run: RunState): QueueItemStatus {
  if (run.phase === 'failed') return 'failed';
  return run.phase === 'completed' || run.phase === 'stopped-early' ? 'done' : 'cancelled';
}

function failedBeforeStart(run: RunState, message: string): RunState {
  return {...run, phase: 'failed', failure: {message, hint: undefined, exitCode: 1}};
}
