import {fork, type ChildProcess} from 'node:child_process';
import {closeSync} from 'node:fs';
import {once} from 'node:events';
import {setTimeout as sleep} from 'node:timers/promises';
import type {TrainerCommand, TrainerMessage} from '../trainer-commands.js';
import {isTerminal, type RunEvent} from '../events.js';
import type {RunFolder} from '../run-folder.js';
import {childEnvironment} from '../../util/child-environment.js';
import {ownWords} from '../../util/last-words.js';
import {openForAppendSync, readLastLines} from '../../util/safe-file.js';

/** How long a trainer may take to finish its batch and write a checkpoint. */
const GRACE_MS = 5_000;
/** How long a trainer may take to load before it counts as stuck. */
const READY_MS = 30_000;
/** How long a trainer may give no sign of life before it is killed. */
const STUCK_MS = 600_000;
/** The warning comes after a fifth of that. */
const WARN_FRACTION = 5;
const TICK_MS = 1000;
const LOG_TAIL_LINES = 12;
const LOG_LINE_CHARACTERS = 500;
/** The reason stands above a native stack of some thousand bytes. */
const LOG_TAIL_BYTES = 64_000;

type TrainerOptions = {
  /** The program to fork: `training/trainer/main.js` of this build. */
  readonly program: string;
  readonly env: NodeJS.ProcessEnv;
  readonly onEvent: (event: RunEvent) => void;
  readonly graceMs?: number;
  readonly readyMs?: number;
  readonly stuckMs?: number | undefined;
  /** Receives a warning when the trainer has given no sign of life for a while. */
  readonly onSilence?: (text: string) => void;
};

/** How a trainer ended. */
export type TrainerEnd =
  /** It wrote the end of the run into its log. */
  | {readonly how: 'reported'}
  | {readonly how: 'detached'}
  /** Another process trains the run; this one did nothing. */
  | {readonly how: 'refused'; readonly reason: string}
  /** A person stopped it, and it was killed: they asked twice, or it did not stop in time. */
  | {readonly how: 'killed'; readonly reason: string}
  | {readonly how: 'crashed'; readonly reason: string; readonly logTail: string};

/** The process that trains a run, as a queue sees it. */
export type Trainer = {
  readonly ended: Promise<TrainerEnd>;
  send(command: TrainerCommand): void;
  /** Asks it to stop, waits, then kills it. */
  stop(): Promise<void>;
  /** Kills it at once, without a checkpoint. */
  kill(reason: string): Promise<void>;
  /** Lets it continue without this process. */
  detach(): Promise<void>;
};

/** Waits for a trainer that was asked to stop, and kills it after a while. */
export async function killAfterGrace(trainer: Trainer, graceMs = GRACE_MS): Promise<void> {
  const timeout = sleep(graceMs, 'timeout' as const, {ref: false});
  if ((await Promise.race([trainer.ended, timeout])) === 'timeout')
    await trainer.kill('it did not stop when asked');
}

/** A trainer that this process started. `ended` resolves once, whatever happens to it. */
export class TrainerProcess implements Trainer {
  readonly ended: Promise<TrainerEnd>;
  readonly #child: ChildProcess;
  readonly #folder: RunFolder;
  readonly #options: TrainerOptions;
  #reported = false;
  #refused: string | undefined;
  #silentTicks = 0;
  #silence: NodeJS.Timeout | undefined;
  #killReason: string | undefined;
  #isKillAsked = false;
  #resolveDetached!: () => void;
  #resolveStarted!: () => void;
  /** Resolves once the trainer knows its run. */
  readonly #started = new Promise<void>(resolve => (this.#resolveStarted = resolve));

  constructor(folder: RunFolder, resume: boolean, options: TrainerOptions) {
    this.#folder = folder;
    this.#options = options;
    const log = openForAppendSync(folder.trainerLog);
    try {
      // The run is in the command line: `signalTrainer` recognises the trainer by it.
      this.#child = fork(options.program, [folder.path], {
        // A process group of its own: Ctrl-C in the terminal reaches the parent, which then asks.
        detached: true,
        serialization: 'advanced',
        stdio: ['ignore', log, log, 'ipc'],
        env: trainerEnvironment(options.env),
      });
    } finally {
      closeSync(log);
    }
    const detached = new Promise<TrainerEnd>(
      resolve => (this.#resolveDetached = () => resolve({how: 'detached'})),
    );
    this.ended = Promise.race([this.#watch(), detached]);
    this.#child.on('message', message => this.#receive(message as TrainerMessage, resume));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(command: TrainerCommand): void {
    // A trainer that is just ending may have closed the channel; `ended` reports that.
    if (this.#child.connected) this.#child.send(command, () => {});
  }

  stop(graceMs = this.#options.graceMs): Promise<void> {
    this.send({type: 'stop'});
    return killAfterGrace(this, graceMs);
  }

  async kill(reason: string): Promise<void> {
    this.#isKillAsked = true;
    await this.#kill(reason);
  }

  async #kill(reason: string): Promise<void> {
    this.#killReason = reason;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** Waits until the trainer knows its run: without a parent it would never learn it. */
  async detach(): Promise<void> {
    await Promise.race([this.#started, this.ended]);
    if (this.#child.connected) {
      await new Promise<void>(resolve => this.#child.send({type: 'detach'}, () => resolve()));
      if (this.#child.connected) this.#child.disconnect();
    }
    this.#child.unref();
    clearInterval(this.#silence);
    this.#resolveDetached();
  }

  /**
   * Counts the seconds without a message. A timer does not run while this process or the machine
   * sleeps, so such time does not count against the trainer.
   */
  #watchSilence(): NodeJS.Timeout {
    const {stuckMs = STUCK_MS, onSilence} = this.#options;
    const warnTicks = Math.ceil(stuckMs / WARN_FRACTION / TICK_MS);
    return setInterval(() => {
      this.#silentTicks += 1;
      const seconds = Math.round((this.#silentTicks * TICK_MS) / 1000);
      if (this.#silentTicks === warnTicks) {
        onSilence?.(
          `The trainer, process ${this.#child.pid}, has given no sign of life for ${seconds} s. It may be stopped, or the machine may be out of memory. It is killed after ${Math.round(stuckMs / 1000)} s.`,
        );
      }
      if (this.#silentTicks * TICK_MS >= stuckMs)
        void this.#kill(`it gave no sign of life for ${seconds} s`);
    }, TICK_MS);
  }

  #receive(message: TrainerMessage, resume: boolean): void {
    this.#silentTicks = 0;
    if (message.type === 'ready') {
      this.send({type: 'start', folder: this.#folder.path, resume});
      this.#resolveStarted();
    } else if (message.type === 'refused') {
      this.#refused = message.reason;
    } else if (message.type === 'event') {
      if (isTerminal(message.event)) this.#reported = true;
      this.#options.onEvent(message.event);
    }
  }

  async #watch(): Promise<TrainerEnd> {
    const readyTimer = setTimeout(
      () => void this.#kill('it was not ready in time'),
      this.#options.readyMs ?? READY_MS,
    );
    this.#child.once('message', () => clearTimeout(readyTimer));
    this.#silence = this.#watchSilence();
    try {
      // `close` comes after the last message; `error` means that the process never started.
      const [code, signal] = (await once(this.#child, 'close')) as [number | null, string | null];
      if (this.#reported) return {how: 'reported'};
      if (this.#refused !== undefined) return {how: 'refused', reason: this.#refused};
      const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      if (this.#isKillAsked && this.#killReason !== undefined)
        return {how: 'killed', reason: this.#killReason};
      const reason = this.#killReason === undefined ? how : `${how}: ${this.#killReason}`;
      return {how: 'crashed', reason, logTail: await this.#logTail(signal === 'SIGABRT')};
    } catch (error) {
      return {how: 'crashed', reason: `did not start: ${String(error)}`, logTail: ''};
    } finally {
      clearTimeout(readyTimer);
      clearInterval(this.#silence);
    }
  }

  /** The last lines of the log; after an abort also the reason, which is above the native stack. */
  async #logTail(aborted: boolean): Promise<string> {
    const text = await readLastLines(this.#folder.trainerLog, LOG_TAIL_BYTES);
    const lines = ownWords(text).map(line => line.slice(0, LOG_LINE_CHARACTERS));
    const tail = lines.slice(-LOG_TAIL_LINES);
    const cause = aborted ? lines.findLast(line => line.startsWith('FATAL ERROR')) : undefined;
    return (cause === undefined || tail.includes(cause) ? tail : [cause, ...tail]).join('\n');
  }
}

/** Separates glibc's tunables in their variable. */
const SEPARATOR = ':';
const HUGE_PAGES = 'glibc.malloc.hugetlb';

/**
 * The environment of a trainer; variables that the user has set stay.
 *
 * It makes glibc (2.35 and newer) use large pages: a step reads and writes some hundred megabytes of
 * activations and gradients, and large pages made it 3 to 7 % faster when measured.
 */
export function trainerEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return {
    ...childEnvironment(env),
    TF_CPP_MIN_LOG_LEVEL: env['TF_CPP_MIN_LOG_LEVEL'] ?? '2',
    GLIBC_TUNABLES: withHugePages(env['GLIBC_TUNABLES']),
  };
}

function withHugePages(tunables: string | undefined): string {
  if (tunables === undefined || tunables === '') return `${HUGE_PAGES}=1`;
  return tunables.includes(HUGE_PAGES) ? tunables : [tunables, `${HUGE_PAGES}=1`].join(SEPARATOR);
}
