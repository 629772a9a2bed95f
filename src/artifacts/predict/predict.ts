import os from 'node:os';
import type {Size} from '../../data/image/fit.js';
import {PredictWorker, type PredictWorkerOptions} from './predict-worker.js';
import type {ImageItem, ImageResult} from './messages.js';

type PredictOptions = PredictWorkerOptions & {
  /** Images in one batch. */
  readonly batch: number;
};

export type StartedModels = {
  readonly heads: readonly string[];
  readonly size: Size;
  readonly note: string | undefined;
};

/** Another process for fewer images costs more than it brings. */
const MIN_PER_LANE = 1500;
/** Each has the models, and TensorFlow, which takes all cores by itself where it computes. */
const MAX_LANES = 4;
/** The next batch is there when a process has done one. */
const BATCHES_UNDER_WAY = 2;

/** Predicts images in processes of their own: several for many images, so that no core waits. */
export class Predicting {
  readonly #options: PredictOptions;
  readonly #first: PredictWorker;
  /** Those whose models are loaded. */
  readonly #ready: PredictWorker[] = [];
  readonly #all = new Set<PredictWorker>();

  constructor(options: PredictOptions, readsStdin: boolean) {
    this.#options = options;
    this.#first = this.#lane(readsStdin);
    options.signal.addEventListener('abort', () => this.close());
  }

  /** Loads the models. @throws UserError where they cannot be used. */
  async start(): Promise<StartedModels> {
    const started = await this.#first.start();
    this.#ready.push(this.#first);
    return started;
  }

  /** The results of all items, batch by batch, in their order; the next batches are always asked for. */
  async *results(items: readonly ImageItem[]): AsyncGenerator<readonly ImageResult[]> {
    const {batch} = this.#options;
    this.#addWorkers(items.length);
    const asked: Promise<readonly ImageResult[]>[] = [];
    let next = 0;
    while (next < items.length || asked.length > 0) {
      while (next < items.length && asked.length < BATCHES_UNDER_WAY * this.#ready.length) {
        const answer = this.#predict(items.slice(next, next + batch));
        // A failure is met when it is this batch's turn.
        answer.catch(() => {});
        asked.push(answer);
        next += batch;
      }
      const answer = asked.shift();
      if (answer !== undefined) yield await answer;
    }
  }

  close(): void {
    for (const lane of this.#all) lane.close();
  }

  #lane(readsStdin: boolean): PredictWorker {
    const lane = new PredictWorker(this.#options, readsStdin);
    this.#all.add(lane);
    return lane;
  }

  /** They join when they are ready; where one cannot start, it goes without. */
  #addWorkers(images: number): void {
    const wanted = Math.min(os.availableParallelism(), MAX_LANES);
    const lanes = Math.min(wanted, Math.floor(images / MIN_PER_LANE));
    for (let more = 1; more < lanes; more++) {
      const lane = this.#lane(false);
      lane.start().then(
        () => this.#ready.push(lane),
        () => lane.close(),
      );
    }
  }

  #predict(items: readonly ImageItem[]): Promise<readonly ImageResult[]> {
    // Standard input is the first one's alone.
    if (items.some(({kind}) => kind === 'stdin')) return this.#first.predict(items);
    const [least] = [...this.#ready].sort((a, b) => a.waiting - b.waiting);
    return (least ?? this.#first).predict(items);
  }
}
