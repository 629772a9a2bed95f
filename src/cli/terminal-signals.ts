import {isatty} from 'node:tty';
import type {SignalSource} from '../app/ending-signals.js';

const STREAMS = [0, 1, 2];

/** What is used of a process. */
type SignalledProcess = Pick<NodeJS.Process, 'pid' | 'kill'> &
  SignalSource & {
    removeAllListeners(signal: NodeJS.Signals): unknown;
  };

/**
 * The signals of this process. A terminal that is closed counts as SIGHUP, and as one SIGHUP only:
 * the signal may come, or reads and writes may fail, or both.
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
    // Only while somebody listens: without a listener the signal ends the process, as it should.
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

  /** Whether there was a terminal and is none any more; SIGHUP may come from elsewhere, too. */
  get isTerminalGone(): boolean {
    return this.#terminals.some(stream => !this.#isTerminal(stream));
  }

  /** The terminal was closed. Ends the process where nobody has something left to do. */
  readonly close = (): void => {
    if (this.#wasClosed) return;
    this.#wasClosed = true;
    if (this.#listeners.size === 0) this.endWithoutTerminal();
    for (const listener of this.#listeners) listener();
  };

  /**
   * Ends a process whose terminal is gone, by SIGHUP: at an ordinary end Node wants to set the
   * terminal back, fails, and aborts.
   */
  endWithoutTerminal(): void {
    this.#process.removeAllListeners('SIGHUP');
    this.#process.kill(this.#process.pid, 'SIGHUP');
  }
}
