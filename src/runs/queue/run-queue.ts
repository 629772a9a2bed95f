import type {RunEvent} from '../events.js';
import {readRun, type RunRecord} from '../run-record.js';
import {lookAtTrainer, trainedElsewhere} from '../run-holder.js';
import {RunFolder} from '../run-folder.js';
import {initialRunState, reduceRun, type RunState} from '../run-state.js';
import {currentStatus, isActive, isEnded, isFailed, type RunStatus} from '../status.js';
import {removeStaleLock} from '../../util/lock.js';
import {livenessOf} from '../../util/process-identity.js';
import {messageOf} from '../../util/user-error.js';
import {Store} from '../../util/store.js';
import {endEvents, type SilentEnd} from './end-events.js';
import {FollowedTrainer} from './followed-trainer.js';
import type {RunJob} from './journal.js';
import {obeyCommand} from './obey-command.js';
import type {QueueCommand} from './queue-commands.js';
import {
  isQueued,
  itemWith,
  keyInTraining,
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
import {TrainerProcess, type Trainer, type TrainerEnd} from './trainer-process.js';

/** Watchers see at most ten states a second; `onEvent` receives each event at once. */
const NOTIFY_MS = 100;

/** Runs experiments one after another, each in a trainer process of its own. */
export class RunQueue {
  readonly state = new Store<QueueState>({items: [], stopping: false});
  readonly #options: RunQueueOptions;
  #items: readonly QueueItem[] = [];
  #looks: readonly SearchLook[] = [];
  #trainer: Trainer | undefined;
  #stopping: 'no' | 'all' | 'detached' = 'no';
  #nextKey = 1;
  #notifyTimer: NodeJS.Timeout | undefined;
  #working: Promise<void> | undefined;

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  /** The name by which another process resumes it. */
  get id(): string | undefined {
    return this.#options.journal?.id;
  }

  add(jobs: readonly RunJob[]): void {
    this.addRuns(jobs.map(job => ({job, folder: undefined, run: initialRunState('')})));
  }

  /** Adds runs that have a status already; queued ones with a folder resume from their checkpoints. */
  addRuns(runs: readonly AddedRun[]): void {
    const items = runs.map(({key = String(this.#nextKey), ...rest}) => {
      this.#nextKey = Math.max(this.#nextKey, Number(key)) + 1;
      return {key, ...rest};
    });
    this.#arrange(withAdded(this.#items, items));
  }

  /** Does what a person asks, in this process or in another one. A key that is gone changes nothing. */
  async obey(command: QueueCommand): Promise<void> {
    return obeyCommand(command, {
      ...this.#options,
      ...{items: this.#items, trainer: this.#trainer},
      arrange: items => this.#arrange(items),
      add: jobs => this.add(jobs),
      stop: () => this.stop(),
    });
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
   * Stops the active run with a checkpoint and starts no other; a second call does no more.
   * Resolves once the end of the run is written and the queue's lock is released.
   */
  async stop(): Promise<void> {
    await this.#end(trainer => trainer.stop());
  }

  /** Ends the active run at once, without a checkpoint, and starts no other. */
  async kill(): Promise<void> {
    await this.#end(trainer => trainer.kill('it was asked to stop twice'));
  }

  async #end(endTrainer: (trainer: Trainer) => Promise<unknown>): Promise<void> {
    this.#stopping = 'all';
    this.#notifyNow();
    if (this.#trainer !== undefined) await endTrainer(this.#trainer);
    // The end is written after the trainer is gone; `start` reports what goes wrong.
    await this.#working?.catch(() => {});
  }

  /**
   * Lets the active trainer continue without a parent; queued runs stay in the journal.
   *
   * @returns Whether queued runs are left, which another process has to start.
   */
  async detach(): Promise<boolean> {
    const left = this.#items.filter(({run}) => !isEnded(run.status));
    this.#options.journal?.detached(left.map(({key}) => key));
    const isTraining = this.#trainer !== undefined;
    this.#stopping = 'detached';
    await this.#trainer?.detach();
    await this.#working?.catch(() => {});
    // A search adds runs after the last one.
    return left.some(({job}) => job.untilDecided) || left.length > (isTraining ? 1 : 0);
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
    for (let item = await this.#next(); item !== undefined; item = await this.#next()) {
      this.#options.journal?.assertHeld();
      const status = await this.#runItem(item);
      if (isFailed(status) && this.#options.failFast) this.#items = withoutQueued(this.#items);
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

  /** Picks a run that a trainer already works on, then the first queued one. */
  async #next(): Promise<QueueItem | undefined> {
    const key = await keyInTraining(this.#items);
    // Found before the queue is emptied: after a stop, that trainer is followed and stopped.
    const inTraining = this.#items.find(item => item.key === key && isQueued(item));
    if (this.#stopping !== 'no') this.#items = withoutQueued(this.#items);
    const next = inTraining ?? this.#items.find(isQueued);
    return next ?? ((await this.#grow()) ? this.#next() : undefined);
  }

  async #runItem({key, job, folder}: QueueItem): Promise<RunStatus> {
    this.#changeRun(key, {status: 'starting'});
    try {
      const end =
        folder === undefined
          ? await this.#startRun(key, job)
          : await this.#resumeRun(key, new RunFolder(folder));
      // Stopped before its trainer started.
      if (end.how !== 'detached' && isActive(this.#item(key).run.status))
        this.#changeRun(key, {status: 'cancelled'});
    } catch (error) {
      const failure = {message: messageOf(error), hint: undefined, exitCode: 1};
      this.#changeRun(key, {status: 'failed', failure});
    }
    return this.#item(key).run.status;
  }

  async #startRun(key: string, job: RunJob): Promise<TrainerEnd> {
    const folder = await this.#options.createRun(job);
    const {name} = job.experiment;
    const run = {...initialRunState(folder.id), experiment: name, status: 'starting' as const};
    this.#change(key, {folder: folder.path, run});
    return this.#train(key, folder, false);
  }

  /** Resumes from the last checkpoint, after a trainer that still works on the run has ended. */
  async #resumeRun(key: string, folder: RunFolder): Promise<TrainerEnd> {
    const record = await readRun(folder);
    const look = await lookAtTrainer(folder);
    const status = look.held ? currentStatus(record.state.status, true) : 'starting';
    this.#change(key, {run: {...record.state, status}});
    if (look.held) {
      if (livenessOf(look.holder) !== 'alive') throw trainedElsewhere(folder, look.holder);
      const end = await this.#follow(key, record);
      if (end.how === 'detached') return end;
      const ended = await readRun(folder);
      this.#change(key, {run: {...ended.state, status: ended.status}});
      const isOver = ended.status !== 'interrupted' && ended.status !== 'crashed';
      if (isOver || this.#stopping !== 'no') return end;
    }
    await removeStaleLock(folder.lock);
    return this.#train(key, folder, true);
  }

  #follow(key: string, {folder, state}: RunRecord): Promise<TrainerEnd> {
    const trainer = new FollowedTrainer(folder, {
      lastSeq: state.lastSeq,
      program: this.#options.trainerProgram,
      onEvent: event => this.#receive(key, event),
      onRefused: reason => this.#notice(key, reason),
    });
    // Asked while the log was read.
    if (this.#stopping === 'all') void trainer.stop();
    if (this.#stopping === 'detached') void trainer.detach();
    return this.#endOf(trainer, key, folder);
  }

  async #train(key: string, folder: RunFolder, resume: boolean): Promise<TrainerEnd> {
    // Stopped while the folder was made: there is no trainer to stop.
    if (this.#stopping !== 'no')
      return {how: this.#stopping === 'detached' ? 'detached' : 'reported'};
    const {trainerProgram: program, env, stuckMs} = this.#options;
    const trainer = new TrainerProcess(folder, resume, {
      ...{program, env, stuckMs},
      onEvent: event => this.#receive(key, event),
      onSilence: text => this.#notice(key, text),
    });
    const end = await this.#endOf(trainer, key, folder);
    if (end.how === 'refused') throw new Error(end.reason);
    // A followed trainer that crashed is resumed instead.
    if (end.how === 'crashed') await this.#recordEnd(folder, key, end);
    return end;
  }

  async #endOf(trainer: Trainer, key: string, folder: RunFolder): Promise<TrainerEnd> {
    this.#trainer = trainer;
    const end = await trainer.ended;
    this.#trainer = undefined;
    if (end.how === 'killed') await this.#recordEnd(folder, key, end);
    return end;
  }

  #notice(key: string, message: string): void {
    const at = new Date(this.#options.now()).toISOString();
    const {log} = this.#item(key).run;
    this.#changeRun(key, {log: [...log, {at, level: 'warning', message}]});
    this.#options.onNotice?.(message);
  }

  /** Takes over the events that the trainer could not send, and the end that it could not write. */
  async #recordEnd(folder: RunFolder, key: string, end: SilentEnd): Promise<void> {
    const lastSeq = this.#item(key).run.lastSeq;
    const at = new Date(this.#options.now()).toISOString();
    for (const event of await endEvents(folder, end, {lastSeq, at})) this.#receive(key, event);
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
