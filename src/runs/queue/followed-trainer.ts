import {realpathSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {isTerminal, type RunEvent} from '../events.js';
import {EventLogReader} from '../event-log.js';
import type {RunFolder} from '../run-folder.js';
import type {TrainerCommand} from '../trainer-commands.js';
import {lookAtTrainer} from '../run-holder.js';
import {describeHolder, UNSEEN} from '../../util/lock-file.js';
import {commandLine, livenessOf} from '../../util/process-identity.js';
import {killAfterGrace, type Trainer, type TrainerEnd} from './trainer-process.js';

const POLL_MS = 300;

type FollowOptions = {
  /** Number of the last event that the queue already has. */
  readonly lastSeq: number;
  /** Path of the trainer's program, by which its process is recognised. */
  readonly program: string;
  readonly onEvent: (event: RunEvent) => void;
  /** Receives the reason why the trainer cannot be signalled; asked to end, it is then no longer followed. */
  readonly onRefused: (reason: string) => void;
};

/** A trainer that an earlier process started: followed by its log and lock, stopped by signals. */
export class FollowedTrainer implements Trainer {
  readonly ended: Promise<TrainerEnd>;
  readonly #folder: RunFolder;
  readonly #options: FollowOptions;
  readonly #reader: EventLogReader;
  #lastSeq: number;
  #isDetached = false;
  #killReason: string | undefined;

  constructor(folder: RunFolder, options: FollowOptions) {
    this.#folder = folder;
    this.#options = options;
    this.#reader = new EventLogReader(folder.events);
    this.#lastSeq = options.lastSeq;
    this.ended = this.#follow();
  }

  /** Pauses and resumes it by the signals of job control: there is no channel. */
  send({type}: TrainerCommand): void {
    if (type === 'pause' || type === 'resume')
      void signalTrainer(
        this.#folder,
        this.#options.program,
        type === 'pause' ? 'SIGTSTP' : 'SIGCONT',
      ).then(refusal => refusal !== undefined && this.#options.onRefused(refusal));
  }

  async stop(): Promise<void> {
    if (await this.#signal('SIGTERM')) await killAfterGrace(this);
  }

  async kill(reason: string): Promise<void> {
    this.#killReason = reason;
    await this.#signal('SIGKILL');
    await this.ended;
  }

  detach(): Promise<void> {
    this.#isDetached = true;
    return Promise.resolve();
  }

  /** Returns whether the trainer was signalled, or has ended. */
  async #signal(signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    const refusal = await signalTrainer(this.#folder, this.#options.program, signal);
    if (refusal === undefined) return true;
    this.#options.onRefused(refusal);
    this.#isDetached = true;
    return false;
  }

  async #follow(): Promise<TrainerEnd> {
    for (;;) {
      // The lock is read first: events that were written before it was released are read after.
      const {held} = await lookAtTrainer(this.#folder);
      if (await this.#readNew()) return {how: 'reported'};
      if (this.#isDetached) return {how: 'detached'};
      if (!held)
        return this.#killReason === undefined
          ? {how: 'crashed', reason: 'is gone', logTail: ''}
          : {how: 'killed', reason: this.#killReason};
      await sleep(POLL_MS);
    }
  }

  /** Returns whether the last new event ends the run. */
  async #readNew(): Promise<boolean> {
    let hasEnded = false;
    for (const event of await this.#reader.readNew()) {
      if (event.seq <= this.#lastSeq) continue;
      this.#lastSeq = event.seq;
      this.#options.onEvent(event);
      hasEnded = isTerminal(event);
    }
    return hasEnded;
  }
}

/**
 * Signals the trainer of a run that another process started. Anybody may have written the run's
 * folder, and named any process in it: a process is only signalled where the lock names it by id and
 * start time, it lives on this machine, and its command line shows that it trains this run.
 *
 * @param program Path of the trainer's program.
 * @returns       Why it was not signalled; undefined where it was, or where no trainer works on the
 *   run.
 */
export async function signalTrainer(
  folder: RunFolder,
  program: string,
  signal: 'SIGTERM' | 'SIGKILL' | 'SIGTSTP' | 'SIGCONT',
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

/** Accepts another copy of the program, and another path to the folder. */
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
