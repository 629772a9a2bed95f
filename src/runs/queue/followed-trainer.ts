import {realpathSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {isTerminal, type RunEvent} from '../events.js';
import {EventLogReader} from '../event-log.js';
import type {RunFolder} from '../run-folder.js';
import {lookAtTrainer} from '../run-holder.js';
import {describeHolder, UNSEEN} from '../../util/lock-file.js';
import {commandLine, livenessOf} from '../../util/process-identity.js';
import {GRACE_MS, type Trainer, type TrainerEnd} from './trainer-process.js';

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

/**
 * Signals the trainer of a run that an earlier or another process started. What a run's folder says
 * may come from anywhere and name any process: it is signalled only where the lock of the run names
 * a living process of this place, by id and beginning, whose command line says that it is our
 * trainer, of this very run.
 *
 * @param program Path of the trainer's program.
 * @returns       Why nothing was signalled; undefined where it was, or where nobody trains the run.
 */
export async function signalTrainer(
  folder: RunFolder,
  program: string,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<string | undefined> {
  const look = await lookAtTrainer(folder);
  if (!look.held) return undefined;
  const {holder} = look;
  const who = `${folder.id} is trained by ${describeHolder(holder)}`;
  if (livenessOf(holder) !== 'alive') return `${who}. ${UNSEEN}: stop it there.`;
  if (!isTrainerOf(commandLine(holder.pid), program, folder.path))
    return `${who}, and nothing shows that this process is its trainer. It is not signalled; look at it with: ps -p ${holder.pid}`;
  try {
    process.kill(holder.pid, signal);
    return undefined;
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    return code === 'ESRCH' ? undefined : `${who}, and may not be signalled: ${code}.`;
  }
}

/** The program may be another copy of ours; the folder may be named by another way to it. */
function isTrainerOf(
  command: readonly string[] | undefined,
  program: string,
  folder: string,
): boolean {
  const ending = path.join(path.sep, path.basename(path.dirname(program)), path.basename(program));
  return (
    command?.some((argument, index) => {
      const [run] = command.slice(index + 1);
      return argument.endsWith(ending) && run !== undefined && isSameFolder(run, folder);
    }) ?? false
  );
}

function isSameFolder(first: string, second: string): boolean {
  try {
    return realpathSync(first) === realpathSync(second);
  } catch {
    return false;
  }
}
