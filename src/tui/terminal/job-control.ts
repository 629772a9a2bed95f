import {stopProcess, type StopSignals} from '../../util/stop-process.js';

/** What a shell did or asks for. */
type JobRequest = {readonly how: 'suspend'} | {readonly how: 'redraw'};

/**
 * Ctrl-Z, `fg` and `kill -STOP`, as they concern a program that changes the terminal. A stop that
 * can be caught is asked for, so that the terminal is given back first. After one that can't be,
 * the shell has set the terminal for itself, and all is drawn anew.
 */
export class JobControl {
  readonly #signals: StopSignals;
  #request: JobRequest | undefined;
  #tell: ((request: JobRequest) => void) | undefined;
  /** Another program has the terminal, or this one is about to stop. */
  #isAway = false;

  constructor(signals: StopSignals) {
    this.#signals = signals;
    signals.on('SIGTSTP', this.#stop);
    signals.on('SIGCONT', this.#continue);
  }

  close(): void {
    this.#signals.off('SIGTSTP', this.#stop);
    this.#signals.off('SIGCONT', this.#continue);
  }

  /** The next request; one that came since the last is told at once. */
  next(): Promise<JobRequest> {
    return new Promise(resolve => {
      this.#tell = resolve;
      const request = this.#request;
      if (request !== undefined) this.#ask(request);
    });
  }

  /**
   * Stops the whole job. The terminal has been given back.
   *
   * @returns Whether it was stopped; resolves when it goes on.
   */
  suspend(): Promise<boolean> {
    return this.away(() => stopProcess(this.#signals, this.#stop, 'job'));
  }

  /** Does something while another program has the terminal: that one answers signals. */
  async away<T>(work: () => Promise<T>): Promise<T> {
    this.#isAway = true;
    try {
      return await work();
    } finally {
      this.#isAway = false;
      this.#request = undefined;
    }
  }

  readonly #stop = (): void => {
    if (this.#isAway) void stopProcess(this.#signals, this.#stop, 'process');
    else this.#ask({how: 'suspend'});
  };

  readonly #continue = (): void => {
    if (!this.#isAway) this.#ask({how: 'redraw'});
  };

  #ask(request: JobRequest): void {
    const tell = this.#tell;
    this.#tell = undefined;
    this.#request = tell === undefined ? request : undefined;
    tell?.(request);
  }
}
