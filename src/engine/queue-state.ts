import type {Experiment} from '../experiment/schema.js';
import type {RunState} from '../runs/run-state.js';

/** One run to make: a combination of an experiment's matrix with one seed. */
export type RunJob = {
  readonly experiment: Experiment;
  /** The name in the file, before the matrix gave each combination its own. */
  readonly file: string;
  readonly variant: Readonly<Record<string, string | number | boolean>>;
};

export type QueueItemStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled';

export type QueueItem = {
  /** Unique in this queue. */
  readonly key: string;
  readonly job: RunJob;
  readonly status: QueueItemStatus;
  /** The run's folder, once it has begun. */
  readonly folder: string | undefined;
  readonly run: RunState;
};

/** What a queue shows: done, running and waiting, in order. */
export type QueueState = {
  readonly items: readonly QueueItem[];
  readonly active: boolean;
};

/** What can be asked of a queue; `RunQueue` is the only implementation. */
export type QueueControls = {
  add(jobs: readonly RunJob[]): void;
  /** Only a waiting item can be removed. */
  remove(key: string): void;
  /** Moves a waiting item up (-1) or down (1) among the waiting ones. */
  move(key: string, by: -1 | 1): void;
  /** Stops the running one with a checkpoint; the queue goes on with the next. */
  skip(): Promise<void>;
  /** Stops the running one with a checkpoint and starts no other; a second call kills. */
  stop(): Promise<void>;
  pause(): void;
  resume(): void;
  /** Lets go of the running trainer, which goes on without a parent. */
  detach(): void;
};
