import type {FileHandle} from 'node:fs/promises';
import {Worker} from 'node:worker_threads';

/** How often a holder shows that it lives: it changes the time of its lock file. */
export const BEAT_MS = 5_000;
/** How long a heartbeat that does not change is waited for. */
export const SILENCE_MS = 60_000;
/** Between two looks at most so much counts as silence: who slept has not listened. */
const MAX_STEP_MS = 10_000;
/** The coarsest file system in use keeps times in steps of two seconds. */
const TIME_STEP_MS = 2_000;

/** Stops a heartbeat; its file may be closed afterwards. */
export type StopBeating = () => Promise<void>;

/**
 * Beats until it is stopped. Each beat differs from the one before, whatever the clock does.
 *
 * @param file     Open for writing until the heartbeat is stopped.
 * @param inThread Whether it goes on while the main thread is busy for long.
 */
export function startBeating(file: FileHandle, inThread: boolean): StopBeating {
  if (inThread) {
    const workerData = {descriptor: file.fd, everyMs: BEAT_MS, stepMs: TIME_STEP_MS};
    const worker = new Worker(THREAD, {eval: true, workerData});
    // Without threads to spare, the lock is held all the same.
    worker.on('error', () => {});
    worker.unref();
    return () => worker.terminate().then(() => {});
  }
  let lastMs = 0;
  let beating: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    lastMs = Math.max(Date.now(), lastMs + TIME_STEP_MS);
    const at = new Date(lastMs);
    beating = file.utimes(at, at).catch(() => {});
  }, BEAT_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return beating;
  };
}

const THREAD = `
  const {futimesSync} = require('node:fs');
  const {descriptor, everyMs, stepMs} = require('node:worker_threads').workerData;
  let lastMs = 0;
  setInterval(() => {
    lastMs = Math.max(Date.now(), lastMs + stepMs);
    try {
      futimesSync(descriptor, lastMs / 1000, lastMs / 1000);
    } catch {}
  }, everyMs);
`;

/**
 * Judges a holder that cannot be looked up by whether its heartbeat changes. Clocks are not
 * compared: those of two machines differ, and either may be set.
 */
export class HeartbeatWatch {
  #beat: string | undefined;
  #lookedMs = 0;
  #silentMs = 0;
  #wasChanging = false;

  /**
   * Looks once more.
   *
   * @param beat  What changes with each beat.
   * @param nowMs By a clock that is never set.
   * @returns     `unknown` until it has changed, or has not for `SILENCE_MS`.
   */
  look(beat: string, nowMs: number): 'alive' | 'gone' | 'unknown' {
    if (beat === this.#beat) this.#silentMs += Math.min(nowMs - this.#lookedMs, MAX_STEP_MS);
    else {
      this.#wasChanging = this.#beat !== undefined;
      this.#silentMs = 0;
    }
    this.#beat = beat;
    this.#lookedMs = nowMs;
    if (this.#silentMs >= SILENCE_MS) return 'gone';
    return this.#wasChanging ? 'alive' : 'unknown';
  }
}
