import {fork, type ChildProcess} from 'node:child_process';
import {childEnvironment} from '../../util/child-environment.js';
import {endOf} from '../../util/last-words.js';
import {programFile} from '../../util/program-file.js';
import {CACHE_DESCRIPTOR, type DecodeCommand, type DecodeEvent} from './messages.js';

const LOG_TAIL = 2000;

/** A decoding process cannot go on: it said so, or it died without a word. */
export class DecoderFailed extends Error {
  override readonly name = 'DecoderFailed';
  readonly died: boolean;

  constructor(message: string, died: boolean) {
    super(message);
    this.died = died;
  }
}

/** One decoding process: commands in, an answer to each. */
export class DecodeWorker {
  readonly #child: ChildProcess;
  readonly #waiting: {resolve: () => void; reject: (error: Error) => void}[] = [];
  #log = '';
  #failure: DecoderFailed | undefined;

  /** @param cacheDescriptor Of the open cache file; the process gets it as its own. */
  constructor(cacheDescriptor: number, env: NodeJS.ProcessEnv) {
    const stdio: ('ignore' | 'pipe' | 'ipc' | number)[] = ['ignore', 'ignore', 'pipe', 'ipc'];
    stdio[CACHE_DESCRIPTOR] = cacheDescriptor;
    this.#child = fork(programFile(import.meta.url, './worker-main.js'), [], {
      stdio,
      serialization: 'advanced',
      execArgv: [],
      env: {...childEnvironment(env), TF_CPP_MIN_LOG_LEVEL: '3'},
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#log = (this.#log + text.toString()).slice(-LOG_TAIL);
    });
    this.#child.on('message', event => this.#receive(event as DecodeEvent));
    this.#child.on('error', error => this.#fail(error.message, true));
    this.#child.on('close', (code, signal) => {
      this.#fail(endOf('the decoding process', code, signal, this.#log), true);
    });
  }

  /** Resolves when the command is done; rejects with `DecoderFailed`. */
  send(command: DecodeCommand): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      this.#waiting.push({resolve, reject});
      this.#child.send(command, error => {
        if (error !== null) this.#fail(error.message, true);
      });
    });
  }

  /** Ends it at once: what it has written counts, what it has not is written another time. */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #receive(event: DecodeEvent): void {
    if (event.type === 'failed') return this.#fail(event.message, false);
    this.#waiting.shift()?.resolve();
  }

  #fail(reason: string, died: boolean): void {
    this.#failure ??= new DecoderFailed(reason, died);
    for (const {reject} of this.#waiting.splice(0)) reject(this.#failure);
  }
}
