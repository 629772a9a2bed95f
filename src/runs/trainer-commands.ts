import type {RunEvent} from './events.js';

/** Commands of a parent to its trainer. */
export type TrainerCommand =
  /** Train the run whose folder this is. Sent once, first. */
  | {readonly type: 'start'; readonly folder: string; readonly resume: boolean}
  /** Finish the batch, write a checkpoint, report `run.finished` with status `stopped`. */
  | {readonly type: 'stop'}
  | {readonly type: 'pause'}
  | {readonly type: 'resume'}
  /** Continue without the parent, which leaves on purpose. */
  | {readonly type: 'detach'};

/** Messages of a trainer to its parent. */
export type TrainerMessage =
  /** It is loaded and waits for `start`. */
  | {readonly type: 'ready'; readonly pid: number}
  | {readonly type: 'event'; readonly event: RunEvent}
  /** A sign of life, each second between two batches. */
  | {readonly type: 'alive'}
  /** Another trainer works on this run; nothing was written. */
  | {readonly type: 'refused'; readonly reason: string}
  /** All events were sent; the process ends now. */
  | {readonly type: 'done'};
