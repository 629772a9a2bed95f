import {isatty} from 'node:tty';
import type {SignalSource} from '../app/queue-control.js';

const STREAMS = [0, 1, 2];

/** The used part of a process. */
type SignalledProcess = Pick<NodeJS.Process, 'pid' | 'kill'> &
  SignalSource & {
    removeAllListeners(signal: NodeJS.Signals): unknown;
  };

/**
 * The signals of this process. A closed terminal counts as one SIGHUP, whether the signal arrives,
 * reads and writes fail, or both.
 */
export class TerminalSignals implements SignalSource {
  readonly #process: SignalledProcess;
  readonly #isTerminal: (stream: number) => boolean;
  /** The standard streams that were a terminal at the start. */
  readonly #terminals: readonly number[];
  readonly #listeners = new Set<() => void>();
  #wasClosed = false;

  constructor(process: SignalledProcess, isTerminal: (stream: number) => boolean = isatty) {
    this.#process = process;
    this.#isTerminal = isTerminal;
    this.#terminals = STREAMS.filter(isTerminal);
  }

  on(signal: NodeJS.Signals, listener: () => void): void {
    if (signal !== 'SIGHUP') {
      this.#process.on(signal, listener);
      return;
    }
    // Listens only while somebody else does: without a listener, the signal ends the process.
    if (this.#listeners.size === 0) this.#process.on('SIGHUP', this.close);
    this.#listeners.add(listener);
  }

  off(signal: NodeJS.Signals, listener: () => void): void {
    if (signal !== 'SIGHUP') {
      this.#process.off(signal, listener);
      return;
    }
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) this.#process.off('SIGHUP', this.close);
  }

  /** Whether the terminal was closed; SIGHUP may have other causes. */
  get isTerminalGone(): boolean {
    return this.#terminals.some(stream => !this.#isTerminal(stream));
  }

  /** Handles a closed terminal. Ends the process if nobody listens. */
  readonly close = (): void => {
    if (this.#wasClosed) return;
    this.#wasClosed = true;
    if (this.#listeners.size === 0) this.endWithoutTerminal();
    for (const listener of this.#listeners) listener();
  };

  /**
   * Ends a process without a terminal by SIGHUP. At a normal exit, Node aborts because it cannot
   * restore the terminal.
   */
  endWithoutTerminal(): void {
    this.#process.removeAllListeners('SIGHUP');
    this.#process.kill(this.#process.pid, 'SIGHUP');
  }
}
