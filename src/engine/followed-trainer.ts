import {setTimeout as sleep} from 'node:timers/promises';
import {isTerminal, type RunEvent} from '../protocol/events.js';
import {EventLogReader} from '../runs/event-log.js';
import type {RunFolder} from '../runs/run-folder.js';
import {isProcessAlive, type ProcessIdentity} from '../util/process-identity.js';
import {GRACE_MS, type Trainer, type TrainerEnd} from './trainer-process.js';

const POLL_MS = 300;

/** SIGTERM has a trainer end with a checkpoint; one that is gone already is left alone. */
export function signalTrainer(trainer: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (isProcessAlive(trainer)) process.kill(trainer.pid, signal);
}

/** A trainer that an earlier process started: it is followed by its log, and asked by signals. */
export class FollowedTrainer implements Trainer {
  readonly ended: Promise<TrainerEnd>;
  readonly #process: ProcessIdentity;
  readonly #reader: EventLogReader;
  readonly #onEvent: (event: RunEvent) => void;
  #knownSeq: number;
  #letGo = false;

  /** @param knownSeq The last event that is known already. */
  constructor(
    folder: RunFolder,
    process: ProcessIdentity,
    {knownSeq, onEvent}: {readonly knownSeq: number; readonly onEvent: (event: RunEvent) => void},
  ) {
    this.#process = process;
    this.#reader = new EventLogReader(folder.events);
    this.#knownSeq = knownSeq;
    this.#onEvent = onEvent;
    this.ended = this.#follow();
  }

  /** There is no channel to it: it cannot be paused. */
  send(): void {}

  async stop(): Promise<'graceful' | 'killed'> {
    signalTrainer(this.#process, 'SIGTERM');
    const outcome = await Promise.race([
      this.ended.then(() => 'graceful' as const),
      sleep(GRACE_MS, 'killed' as const, {ref: false}),
    ]);
    if (outcome === 'killed') await this.kill();
    return outcome;
  }

  async kill(): Promise<void> {
    signalTrainer(this.#process, 'SIGKILL');
    await this.ended;
  }

  detach(): void {
    this.#letGo = true;
  }

  async #follow(): Promise<TrainerEnd> {
    for (;;) {
      // Asked first: what it wrote before it ended is read after.
      const alive = isProcessAlive(this.#process);
      if (await this.#readNew()) return {how: 'reported'};
      if (this.#letGo) return {how: 'detached'};
      if (!alive) return {how: 'crashed', reason: 'is gone', logTail: ''};
      await sleep(POLL_MS);
    }
  }

  /** Whether the run has ended. */
  async #readNew(): Promise<boolean> {
    let ended = false;
    for (const event of await this.#reader.readNew()) {
      if (event.seq <= this.#knownSeq) continue;
      this.#knownSeq = event.seq;
      this.#onEvent(event);
      ended = isTerminal(event);
    }
    return ended;
  }
}
