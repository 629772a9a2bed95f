import type {Experiment} from '../../experiment/schema.js';
import type {RunState} from '../run-state.js';

/** One run to make: a combination of an experiment's matrix with one seed. */
export type RunJob = {
  readonly experiment: Experiment;
  /** The name in the file, before the matrix gave each combination its own. */
  readonly file: string;
  readonly variant: Readonly<Record<string, string | number | boolean>>;
  /** The file it came from; a queue that goes on looks whether it still says the same. */
  readonly origin?: {readonly path: string; readonly overrides: readonly string[]} | undefined;
};

export type QueueItemStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export type QueueItem = {
  /** Unique in this queue. */
  readonly key: string;
  readonly job: RunJob;
  readonly status: QueueItemStatus;
  /** The run's folder, once it has begun; a waiting item that has one goes on where it was. */
  readonly folder: string | undefined;
  readonly run: RunState;
};

/** What a queue shows: done, running and waiting, in order. */
export type QueueState = {
  readonly items: readonly QueueItem[];
  readonly active: boolean;
  /** It was asked to stop and has not ended yet: what is added now is not run. */
  readonly stopping: boolean;
};

/** A run of an earlier process, or of a queue that goes on. */
export type StartedRun = Pick<QueueItem, 'job' | 'status' | 'folder'> & {
  /** Its place in the journal of its queue. */
  readonly key?: string;
  readonly run?: RunState;
};

/** What can be asked of a queue; `RunQueue` is the only implementation. */
export type QueueControls = {
  add(jobs: readonly RunJob[]): void;
  /** Runs that were begun before; those that wait go on from their checkpoints. */
  addRuns(runs: readonly StartedRun[]): void;
  /** Only a waiting item can be removed. */
  remove(key: string): void;
  /** Moves a waiting item up (-1) or down (1) among the waiting ones. */
  move(key: string, by: -1 | 1): void;
  /**
   * Stops a running item with a checkpoint; the queue goes on with the next. It stays stopped until
   * somebody resumes it. Does nothing where the item has ended meanwhile.
   */
  skip(key: string): Promise<void>;
  /**
   * Stops the running one with a checkpoint and starts no other; a second call does no more.
   * Resolves once its end is written and the queue is given back.
   */
  stop(): Promise<void>;
  /** Ends the running one at once, without a checkpoint, and starts no other. */
  kill(): Promise<void>;
  pause(): void;
  resume(): void;
  /**
   * Lets go of the running trainer, which goes on without a parent; the waiting stay in the journal.
   *
   * @returns Whether something is left that another process has to start.
   */
  detach(): Promise<boolean>;
};
