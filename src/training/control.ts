/** What a training loop asks between two batches: whether to stop, and to wait while paused. */
export class TrainingControl {
  readonly #abort = new AbortController();
  #stopStatus: 'stopped' | 'interrupted' = 'stopped';
  #paused: Promise<void> | undefined;
  #release: (() => void) | undefined;

  /** For work that is not a loop over batches, such as reading the images. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Why it was stopped first: the program is gone, or somebody asked. */
  get stopStatus(): 'stopped' | 'interrupted' {
    return this.#stopStatus;
  }

  get shouldStop(): boolean {
    return this.#abort.signal.aborted;
  }

  get isPaused(): boolean {
    return this.#paused !== undefined;
  }

  stop(status: 'stopped' | 'interrupted' = 'stopped'): void {
    if (!this.shouldStop) this.#stopStatus = status;
    this.#abort.abort();
    this.resume();
  }

  pause(): void {
    this.#paused ??= new Promise(resolve => (this.#release = resolve));
  }

  resume(): void {
    this.#release?.();
    this.#paused = undefined;
    this.#release = undefined;
  }

  /** Resolves at once unless paused, then when resumed or stopped. */
  async whilePaused(): Promise<void> {
    await this.#paused;
  }
}
