import {setTimeout as sleep} from 'node:timers/promises';
import {isTerminal, type RunEvent} from '../events.js';
import {EventLogReader} from '../event-log.js';
import type {RunFolder} from '../run-folder.js';
import {lookAtTrainer} from '../run-holder.js';
import {GRACE_MS, type Trainer, type TrainerEnd} from './trainer-process.js';
import {signalTrainer} from './trainer-signals.js';

const POLL_MS = 300;

type FollowOptions = {
  /** The last event that is known already. */
  readonly knownSeq: number;
  /** Path of the trainer's program, by which its process is recognised. */
  readonly program: string;
  readonly onEvent: (event: RunEvent) => void;
  /** When it cannot be asked to stop: why. It is followed no longer. */
  readonly onRefused: (reason: string) => void;
};

/**
 * A trainer that an earlier process started: it is followed by its log and its lock, and asked by
 * signals.
 */
export class FollowedTrainer implements Trainer {
  readonly ended: Promise<TrainerEnd>;
  readonly #folder: RunFolder;
  readonly #options: FollowOptions;
  readonly #reader: EventLogReader;
  #knownSeq: number;
  #letGo = false;
  #killedBecause: string | undefined;

  constructor(folder: RunFolder, options: FollowOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#reader = new EventLogReader(folder.events);
    this.#knownSeq = options.knownSeq;
    this.ended = this.#follow();
  }

  /** There is no channel to it: it cannot be paused. */
  send(): void {}

  async stop(): Promise<'graceful' | 'killed'> {
    if (!(await this.#signal('SIGTERM'))) return 'graceful';
    const outcome = await Promise.race([
      this.ended.then(() => 'graceful' as const),
      sleep(GRACE_MS, 'killed' as const, {ref: false}),
    ]);
    if (outcome === 'killed') await this.kill('it did not stop when asked');
    return outcome;
  }

  async kill(reason: string): Promise<void> {
    this.#killedBecause = reason;
    await this.#signal('SIGKILL');
    await this.ended;
  }

  detach(): Promise<void> {
    this.#letGo = true;
    return Promise.resolve();
  }

  /** Whether it was signalled. */
  async #signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    const refused = await signalTrainer(this.#folder, this.#options.program, signal);
    if (refused === undefined) return true;
    this.#options.onRefused(refused);
    this.#letGo = true;
    return false;
  }

  async #follow(): Promise<TrainerEnd> {
    for (;;) {
      // Asked first: what it wrote before it ended is read after.
      const {held} = await lookAtTrainer(this.#folder);
      if (await this.#readNew()) return {how: 'reported'};
      if (this.#letGo) return {how: 'detached'};
      if (!held) return this.#gone();
      await sleep(POLL_MS);
    }
  }

  #gone(): TrainerEnd {
    return this.#killedBecause === undefined
      ? {how: 'crashed', reason: 'is gone', logTail: ''}
      : {how: 'killed', reason: this.#killedBecause};
  }

  /** Whether the run has ended. */
  async #readNew(): Promise<boolean> {
    let ended = false;
    for (const event of await this.#reader.readNew()) {
      if (event.seq <= this.#knownSeq) continue;
      this.#knownSeq = event.seq;
      this.#options.onEvent(event);
      ended = isTerminal(event);
    }
    return ended;
  }
}
