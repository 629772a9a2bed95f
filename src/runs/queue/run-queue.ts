import type {RunEvent} from '../events.js';
import {readRun, type RunRecord} from '../run-record.js';
import {lookAtTrainer, trainedElsewhere} from '../run-holder.js';
import {isInterrupted, wasStopped} from '../status.js';
import {RunFolder} from '../run-folder.js';
import {initialRunState, reduceRun} from '../run-state.js';
import {removeStaleLock} from '../../util/lock.js';
import {livenessOf} from '../../util/process-identity.js';
import {messageOf} from '../../util/user-error.js';
import {Store} from '../../util/store.js';
import {endEvents, type SilentEnd} from './end-events.js';
import {FollowedTrainer} from './followed-trainer.js';
import {
  failedBeforeStart,
  itemStatus,
  keyUnderWay,
  withMoved,
  withoutWaiting,
  withWarning,
} from './queue-items.js';
import type {
  StartedRun,
  QueueControls,
  QueueItem,
  QueueItemStatus,
  QueueState,
  RunJob,
} from './queue-state.js';
import type {RunQueueOptions} from './run-queue-options.js';
import {TrainerProcess, type Trainer, type TrainerEnd} from './trainer-process.js';

/** How often a changed state is told to those who watch; events themselves are never held back. */
const NOTIFY_MS = 100;

/** Runs experiments one after another, each in a trainer process of its own. */
export class RunQueue implements QueueControls {
  readonly state = new Store<QueueState>({items: [], active: false, stopping: false});
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

  addRuns(runs: readonly StartedRun[]): void {
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
    this.#items = withMoved(this.#items, key, by);
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

  async skip(key: string): Promise<void> {
    const isRunning = this.#items.some(item => item.key === key && item.status === 'running');
    if (this.#trainer === undefined || !isRunning) return;
    // Said before it is done: whoever goes on with the queue must not start it again.
    this.#options.journal?.stopped(key);
    await this.#trainer.stop();
  }

  async stop(): Promise<void> {
    await this.#end(trainer => trainer.stop());
  }

  async kill(): Promise<void> {
    await this.#end(trainer => trainer.kill('it was asked to stop twice'));
  }

  async #end(endTrainer: (trainer: Trainer) => Promise<unknown>): Promise<void> {
    this.#stopping = 'all';
    this.#notifyNow();
    if (this.#trainer !== undefined) await endTrainer(this.#trainer);
    // How it ended is written after it ended; what it throws is told to whoever started it.
    await this.#working?.catch(() => {});
  }

  pause(): void {
    this.#trainer?.send({type: 'pause'});
  }

  resume(): void {
    this.#trainer?.send({type: 'resume'});
  }

  async detach(): Promise<boolean> {
    const left = this.#items.filter(({status}) => status === 'waiting' || status === 'running');
    this.#options.journal?.left(left.map(({key}) => key));
    const isTraining = this.#trainer !== undefined;
    this.#stopping = 'detached';
    await this.#trainer?.detach();
    await this.#working?.catch(() => {});
    return left.length > (isTraining ? 1 : 0);
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
    for (let item = await this.#next(); item !== undefined; item = await this.#next()) {
      this.#options.journal?.assertHeld();
      const status = await this.#runOne(item);
      if (status === 'failed' && this.#options.failFast) this.#items = withoutWaiting(this.#items);
    }
  }

  /** What is trained already comes first, wherever it stands: one run at a time. */
  async #next(): Promise<QueueItem | undefined> {
    const key = await keyUnderWay(this.#items);
    // Asked to stop while locks were read: what is trained is followed, and stopped there.
    const underWay = this.#items.find(item => item.key === key && item.status === 'waiting');
    if (this.#stopping !== 'no') this.#items = withoutWaiting(this.#items);
    return underWay ?? this.#items.find(({status}) => status === 'waiting');
  }

  async #runOne({key, job, folder: begun}: QueueItem): Promise<QueueItemStatus> {
    this.#change(key, {status: 'running'});
    let end: TrainerEnd;
    try {
      end = begun === undefined ? await this.#begin(key, job) : await this.#resumeRun(key, begun);
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
  async #resumeRun(key: string, path: string): Promise<TrainerEnd> {
    const folder = new RunFolder(path);
    const record = await readRun(folder);
    this.#change(key, {run: record.state});
    const look = await lookAtTrainer(folder);
    if (look.held) {
      if (livenessOf(look.holder) !== 'alive') throw trainedElsewhere(folder, look.holder);
      const end = await this.#follow(key, record);
      const ended = await readRun(folder);
      if (end.how === 'detached' || this.#stopping !== 'no') return end;
      this.#change(key, {run: ended.state});
      if (!isInterrupted(ended) || wasStopped(ended)) return end;
    }
    await removeStaleLock(folder.lock);
    return this.#train(key, folder, true);
  }

  async #follow(key: string, {folder, state}: RunRecord): Promise<TrainerEnd> {
    this.#trainer = new FollowedTrainer(folder, {
      knownSeq: state.lastSeq,
      program: this.#options.trainerProgram,
      onEvent: event => this.#receive(key, event),
      onRefused: reason => this.#notice(key, reason),
    });
    // What was asked while its log was read.
    if (this.#stopping === 'all') void this.#trainer.stop();
    if (this.#stopping === 'detached') void this.#trainer.detach();
    const end = await this.#trainer.ended;
    this.#trainer = undefined;
    if (end.how === 'killed') await this.#recordEnd(folder, key, end);
    return end;
  }

  async #train(key: string, folder: RunFolder, resume: boolean): Promise<TrainerEnd> {
    // Stopped while its folder was made: there is nothing to stop yet, and nothing is begun.
    if (this.#stopping !== 'no')
      return {how: this.#stopping === 'detached' ? 'detached' : 'reported'};
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
    if (end.how === 'crashed' || end.how === 'killed') await this.#recordEnd(folder, key, end);
    return end;
  }

  #notice(key: string, message: string): void {
    const at = new Date(this.#options.now()).toISOString();
    this.#change(key, {run: withWarning(this.#item(key).run, at, message)});
    this.#options.onNotice?.(message);
  }

  /** What its trainer could not send any more, and how it ended. */
  async #recordEnd(folder: RunFolder, key: string, end: SilentEnd): Promise<void> {
    const {lastSeq} = this.#item(key).run;
    const at = new Date(this.#options.now()).toISOString();
    for (const event of await endEvents(folder, end, {lastSeq, at})) this.#receive(key, event);
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
    const stopping = this.#stopping === 'all' && this.#working !== undefined;
    this.state.set({items: [...this.#items], active, stopping});
  }
}
