import {fork, type ChildProcess} from 'node:child_process';
import {childEnvironment} from '../../util/child-environment.js';
import {endOf} from '../../util/last-words.js';
import {programFile} from '../../util/program-file.js';
import {UserError} from '../../util/user-error.js';
import type {PredictCommand, PredictEvent} from './messages.js';

const LOG_TAIL = 2000;

/** A predicting process ended without a word, as native code can. */
export class PredictorDied extends Error {
  override readonly name = 'PredictorDied';
}

type Waiting = {
  readonly resolve: (event: PredictEvent) => void;
  readonly reject: (error: Error) => void;
};

/** One predicting process: commands in, an answer to each, in their order. */
export class PredictProcess {
  readonly #child: ChildProcess;
  readonly #waiting: Waiting[] = [];
  #log = '';
  #failure: Error | undefined;

  /** @param readsStdin Whether one of the images comes through standard input. */
  constructor(env: NodeJS.ProcessEnv, readsStdin: boolean) {
    this.#child = fork(programFile(import.meta.url, './main.js'), [], {
      stdio: [readsStdin ? 'inherit' : 'ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
      execArgv: [],
      env: {...childEnvironment(env), TF_CPP_MIN_LOG_LEVEL: '3'},
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#log = (this.#log + text.toString()).slice(-LOG_TAIL);
    });
    this.#child.on('message', event => this.#receive(event as PredictEvent));
    this.#child.on('error', error => this.#fail(new PredictorDied(error.message)));
    this.#child.on('close', (code, signal) => {
      this.#fail(new PredictorDied(endOf('the predicting process', code, signal, this.#log)));
    });
  }

  /** Whether it takes no more commands. */
  get isDead(): boolean {
    return this.#failure !== undefined;
  }

  /** Resolves with the answer. @throws UserError, or `PredictorDied` for all that still wait. */
  send(command: PredictCommand): Promise<PredictEvent> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.push({resolve, reject});
      this.#child.send(command, error => {
        if (error !== null) this.#fail(new PredictorDied(error.message));
      });
    });
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #receive(event: PredictEvent): void {
    if (event.type !== 'failed') return this.#waiting.shift()?.resolve(event);
    const {message, hint, exitCode} = event;
    this.#fail(new UserError(message, {exitCode, ...(hint === undefined ? {} : {hint})}));
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const {reject} of this.#waiting.splice(0)) reject(this.#failure);
  }
}
