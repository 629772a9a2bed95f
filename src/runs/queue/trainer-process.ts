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
export const GRACE_MS = 5_000;
/** How long a trainer may take to load before it counts as stuck. */
const READY_MS = 30_000;
/** How long a trainer may give no sign of life before it is ended. */
const STUCK_MS = 600_000;
/** A fifth of that passes before it is said. */
const WARN_SHARE = 5;
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
  readonly stuckMs?: number;
  /** When it has given no sign of life for a while. */
  readonly onSilence?: (text: string) => void;
};

/** How a trainer ended: it said so in its log, or it did not and this is why. */
export type TrainerEnd =
  | {readonly how: 'reported'}
  | {readonly how: 'detached'}
  /** Another process trains the run; nothing was done. */
  | {readonly how: 'refused'; readonly reason: string}
  /** A person stopped it, and it was killed: because they insisted, or because it did not stop. */
  | {readonly how: 'killed'; readonly reason: string}
  | {readonly how: 'crashed'; readonly reason: string; readonly logTail: string};

/** Whoever trains a run, as a queue sees it. */
export type Trainer = {
  readonly ended: Promise<TrainerEnd>;
  send(command: TrainerCommand): void;
  /** Asks, waits, then kills. */
  stop(): Promise<'graceful' | 'killed'>;
  /** At once, without a checkpoint, as a person asked for. */
  kill(reason: string): Promise<void>;
  /** Lets it go on without this process. */
  detach(): Promise<void>;
};

/** One trainer and its run. `ended` resolves once, whatever happens to the process. */
export class TrainerProcess implements Trainer {
  readonly ended: Promise<TrainerEnd>;
  readonly #child: ChildProcess;
  readonly #folder: RunFolder;
  readonly #options: TrainerOptions;
  #reported = false;
  #refused: string | undefined;
  #silentTicks = 0;
  #silence: NodeJS.Timeout | undefined;
  #killedBecause: string | undefined;
  #isKillAsked = false;
  #letGo!: () => void;
  #started!: () => void;
  /** Once it was told what to train. */
  readonly #start = new Promise<void>(resolve => (this.#started = resolve));

  constructor(folder: RunFolder, resume: boolean, options: TrainerOptions) {
    this.#folder = folder;
    this.#options = options;
    const log = openForAppendSync(folder.trainerLog);
    try {
      // The run stands in its command line: whoever signals it looks there who it is.
      this.#child = fork(options.program, [folder.path], {
        // Its own process group: Ctrl-C in the terminal is for the parent, which then asks.
        detached: true,
        serialization: 'advanced',
        stdio: ['ignore', log, log, 'ipc'],
        env: trainerEnvironment(options.env),
      });
    } finally {
      closeSync(log);
    }
    const detached = new Promise<TrainerEnd>(
      resolve => (this.#letGo = () => resolve({how: 'detached'})),
    );
    this.ended = Promise.race([this.#watch(), detached]);
    this.#child.on('message', message => this.#receive(message as TrainerMessage, resume));
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  send(command: TrainerCommand): void {
    // A trainer that is just ending may have closed the channel: its end is reported elsewhere.
    if (this.#child.connected) this.#child.send(command, () => {});
  }

  async stop(): Promise<'graceful' | 'killed'> {
    this.send({type: 'stop'});
    const outcome = await Promise.race([
      this.ended.then(() => 'graceful' as const),
      sleep(this.#options.graceMs ?? GRACE_MS, 'killed' as const, {ref: false}),
    ]);
    if (outcome === 'killed') await this.kill('it did not stop when asked');
    return outcome;
  }

  async kill(reason: string): Promise<void> {
    this.#isKillAsked = true;
    await this.#kill(reason);
  }

  async #kill(reason: string): Promise<void> {
    this.#killedBecause = reason;
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** One that does not know its run yet is told first: without a parent it would never know. */
  async detach(): Promise<void> {
    await Promise.race([this.#start, this.ended]);
    if (this.#child.connected) {
      await new Promise<void>(resolve => this.#child.send({type: 'detach'}, () => resolve()));
      if (this.#child.connected) this.#child.disconnect();
    }
    this.#child.unref();
    clearInterval(this.#silence);
    this.#letGo();
  }

  /**
   * Counts seconds without a message, awake ones only: when this process or the machine slept, no
   * trainer is to blame.
   */
  #watchSilence(): NodeJS.Timeout {
    const {stuckMs = STUCK_MS, onSilence} = this.#options;
    const warnTicks = Math.ceil(stuckMs / WARN_SHARE / TICK_MS);
    return setInterval(() => {
      this.#silentTicks += 1;
      const seconds = Math.round((this.#silentTicks * TICK_MS) / 1000);
      if (this.#silentTicks === warnTicks) {
        onSilence?.(
          `The trainer, process ${this.#child.pid}, has given no sign of life for ${seconds} s. It may be stopped, or the machine out of memory. It is ended after ${Math.round(stuckMs / 1000)} s.`,
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
      this.#started();
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
      // `close` comes after the last message; `error` means that it never started.
      const [code, signal] = (await once(this.#child, 'close')) as [number | null, string | null];
      if (this.#reported) return {how: 'reported'};
      if (this.#refused !== undefined) return {how: 'refused', reason: this.#refused};
      const how = signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`;
      if (this.#isKillAsked && this.#killedBecause !== undefined)
        return {how: 'killed', reason: this.#killedBecause};
      const reason = this.#killedBecause === undefined ? how : `${how}: ${this.#killedBecause}`;
      return {how: 'crashed', reason, logTail: await this.#logTail(signal === 'SIGABRT')};
    } catch (error) {
      return {how: 'crashed', reason: `did not start: ${String(error)}`, logTail: ''};
    } finally {
      clearTimeout(readyTimer);
      clearInterval(this.#silence);
    }
  }

  /** Its last lines; where it aborted, the reason stands above the native stack. */
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
 * The environment in which a trainer runs; what the user has set stays.
 *
 * glibc (2.35 and newer) is asked to take large pages: a step goes through some hundred megabytes
 * of activations and gradients, and was measured 3 to 7 % faster with them. Nothing else reads
 * the variable.
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
