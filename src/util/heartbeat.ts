import type {FileHandle} from 'node:fs/promises';
import {Worker} from 'node:worker_threads';

/** Interval at which a holder changes the time of its lock file. */
export const BEAT_MS = 5_000;
/** A heartbeat without a change for this long means that its holder is gone. */
export const SILENCE_MS = 60_000;
/** Maximum silence that counts between two looks, because the observer may have slept. */
const MAX_STEP_MS = 10_000;
/** Resolution of times in the coarsest file systems. */
const TIME_STEP_MS = 2_000;

/** Stops a heartbeat, so that its file may be closed. */
export type StopBeating = () => Promise<void>;

/**
 * Starts a heartbeat. Each beat differs from the last one, even if somebody sets the clock.
 *
 * @param file     A file that stays open for writing until the heartbeat stops.
 * @param inThread Whether to beat in a thread, for a main thread that is busy for long.
 */
export function startBeating(file: FileHandle, inThread: boolean): StopBeating {
  if (inThread) {
    const workerData = {descriptor: file.fd, everyMs: BEAT_MS, stepMs: TIME_STEP_MS};
    const worker = new Worker(THREAD, {eval: true, workerData});
    // The lock is valid even where no thread can start.
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
 * Judges by its heartbeat whether a holder lives that cannot be looked up. Compares no clocks, because
 * those of two machines differ.
 */
export class HeartbeatWatch {
  #beat: string | undefined;
  #lookedMs = 0;
  #silentMs = 0;
  #wasChanging = false;

  /**
   * Looks at the heartbeat once.
   *
   * @param beat  A text that changes with each beat.
   * @param nowMs Time of a monotonic clock.
   * @returns     `unknown` until the heartbeat changes, or does not change for `SILENCE_MS`.
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
