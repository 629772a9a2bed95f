import type {RunEvent} from './events.js';

/** What a parent may ask of its trainer: imperatives. */
export type TrainerCommand =
  /** Train the run whose folder this is. Sent once, first. */
  | {readonly type: 'start'; readonly folder: string; readonly resume: boolean}
  /** Finish the batch, write a checkpoint, report `run.finished` with status `stopped`. */
  | {readonly type: 'stop'}
  | {readonly type: 'pause'}
  | {readonly type: 'resume'}
  /** Go on when the parent is gone: it left on purpose. */
  | {readonly type: 'detach'};

/** What a trainer says besides the events of the run: it is loaded and waits for `start`. */
export type TrainerMessage =
  | {readonly type: 'ready'; readonly pid: number}
  | {readonly type: 'event'; readonly event: RunEvent}
  /** A sign of life, each second between two batches. */
  | {readonly type: 'alive'}
  /** Somebody else trains this run; nothing was written. */
  | {readonly type: 'refused'; readonly reason: string}
  /** Everything was sent; the process ends now. */
  | {readonly type: 'done'};
