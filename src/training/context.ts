import type {Dataset} from '../data/dataset.js';
import type {Experiment} from '../experiment/schema.js';
import type {AffinityFile} from '../runs/affinity-file.js';
import type {RunFact} from '../runs/events.js';
import type {ModelProgress} from './checkpoint.js';

/** What the training of a run needs from outside. */
export type TrainingContext = {
  readonly experiment: Experiment;
  readonly dataset: Dataset;
  readonly emit: (fact: RunFact) => void;
  readonly control: TrainingControl;
  /** Milliseconds of a clock that never goes back. */
  readonly clock: () => number;
  /** Resident memory of this process. */
  readonly memoryBytes: () => number;
  /** An epoch that takes longer than this writes checkpoints in its middle, too. */
  readonly checkpointMs: number;
  /** Writes the checkpoint; returns its path, relative to the run's folder. */
  readonly saveProgress: (progress: ModelProgress) => Promise<string>;
  readonly saveAffinity: (affinity: AffinityFile) => Promise<void>;
};

const ALIVE_MS = 60_000;

/** Stops, pauses and resumes a training loop, which looks here between two batches. */
export class TrainingControl {
  readonly #abort = new AbortController();
  #stopStatus: 'stopped' | 'interrupted' = 'stopped';
  #paused: Promise<void> | undefined;
  #release: (() => void) | undefined;

  /** For work without batches, such as reading the images. */
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

  /** Resolves at once; while paused, when resumed or stopped. */
  async whilePaused(): Promise<void> {
    // Where the parent is gone, nothing else keeps a paused process alive.
    const alive = setInterval(() => {}, ALIVE_MS);
    await this.#paused;
    clearInterval(alive);
  }
}
