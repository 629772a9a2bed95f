/**
 * The life of a run, from its place in a queue to its end. The log, the queue, CSV, JSON and every
 * screen use these words.
 */
export type RunStatus =
  /** Waits for its turn: a new run, or one that resumes. */
  | 'queued'
  /** Its trainer loads, and reads the images. */
  | 'starting'
  | 'running'
  | 'paused'
  | 'completed'
  /** Completed: validation no longer improved. */
  | 'stopped-early'
  /** Somebody stopped it. */
  | 'stopped'
  /** The program that started it is gone; the trainer ended with a checkpoint. */
  | 'interrupted'
  /** Left its queue before it started. */
  | 'cancelled'
  /** An earlier run has the same definition and data, and so its result. */
  | 'skipped'
  /** Ended by an error that a resumed run would repeat. */
  | 'failed'
  /** The trainer is gone without its result: it died, or the system refused memory or disk space. */
  | 'crashed'
  /** Its description cannot be read, or another version wrote it, and the log tells no end. */
  | 'unreadable';

/** The ends that a trainer reports in `run.finished`. */
export const FINISHED = ['completed', 'stopped-early', 'stopped', 'interrupted'] as const;
export type FinishedStatus = (typeof FINISHED)[number];

/** Exit code of a run whose trainer crashed. */
export const CRASHED_CODE = 4;

export function failedStatus(exitCode: number): 'failed' | 'crashed' {
  return exitCode === CRASHED_CODE ? 'crashed' : 'failed';
}

/**
 * What a run does now. The log cannot tell whether its trainer still lives, and anybody who wrote
 * the log could name any process in it: only the lock of the run counts.
 *
 * @param logged What the log says.
 * @param isHeld Whether a trainer works on the run, or its program is about to start one.
 */
export function currentStatus(logged: RunStatus, isHeld: boolean): RunStatus {
  if (isEnded(logged)) return logged;
  if (!isHeld) return 'crashed';
  return logged === 'queued' ? 'starting' : logged;
}

/** Whether a trainer works on the run. */
export function isActive(status: RunStatus): boolean {
  return status === 'starting' || status === 'running' || status === 'paused';
}

export function isEnded(status: RunStatus): boolean {
  return status !== 'queued' && !isActive(status);
}

/** Whether the run has its result: only these are compared. */
export function hasResult(status: RunStatus): boolean {
  return status === 'completed' || status === 'stopped-early' || status === 'skipped';
}

export function isFailed(status: RunStatus): boolean {
  return status === 'failed' || status === 'crashed';
}

/** Whether a queue that resumes tries the run again; it leaves failed runs alone. */
export function resumesWithQueue(status: RunStatus): boolean {
  return (
    status === 'stopped' ||
    status === 'interrupted' ||
    status === 'crashed' ||
    status === 'unreadable'
  );
}

/** The status as people read it. */
export function statusText(status: RunStatus): string {
  return status.replace('-', ' ');
}
