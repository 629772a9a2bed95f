import type {SignalSource} from './headless.js';

/** What is used of a process. */
export type SignalledProcess = Pick<NodeJS.Process, 'pid' | 'kill'> &
  SignalSource & {
    removeAllListeners(signal: NodeJS.Signals): unknown;
  };

/**
 * The signals of this process. A terminal that is closed counts as SIGHUP, and as one SIGHUP only:
 * the signal may come, or reads and writes may fail, or both.
 */
export class TerminalSignals implements SignalSource {
  readonly #process: SignalledProcess;
  readonly #listeners = new Set<() => void>();
  #isClosed = false;

  constructor(process: SignalledProcess) {
    this.#process = process;
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

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The terminal is closed. Ends the process where nobody has something left to do. */
  readonly close = (): void => {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (this.#listeners.size === 0) this.endClosed();
    for (const listener of this.#listeners) listener();
  };

  /**
   * Ends a process whose terminal is closed, by SIGHUP: at an ordinary end Node wants to set the
   * terminal back, fails, and aborts.
   */
  endClosed(): void {
    this.#process.removeAllListeners('SIGHUP');
    this.#process.kill(this.#process.pid, 'SIGHUP');
  }
}
