import os from 'node:os';
import type {Fit} from '../../data/image/area-filter.js';
import {BatchWorker} from '../../util/batch-worker.js';
import {programFile} from '../../util/package-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {inProcess} from '../../util/worker.js';
import type {
  ImageItem,
  ImageResult,
  ModelSource,
  OpenedModels,
  PredictAnswer,
  PredictRequest,
} from './messages.js';

type PredictOptions = {
  readonly models: readonly ModelSource[];
  readonly fit: Fit;
  readonly nativePackage: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Images in one batch. */
  readonly batch: number;
};

type PredictWorker = BatchWorker<ImageItem, PredictRequest, PredictAnswer, ImageResult>;

/** Another process for fewer images costs more than it brings. */
const MIN_PER_WORKER = 1500;
/** Each has the models, and TensorFlow, which takes all cores by itself where it computes. */
const MAX_WORKERS = 4;
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
    this.#first = this.#addWorker(readsStdin);
    options.signal.addEventListener('abort', () => this.close());
  }

  /** Loads the models. @throws UserError where they cannot be used. */
  async start(): Promise<OpenedModels> {
    try {
      const opened = await this.#first.open();
      this.#ready.push(this.#first);
      return opened as OpenedModels;
    } catch (error) {
      throw this.#worded(error);
    }
  }

  /** The results of all items, batch by batch, in their order; the next batches are always asked for. */
  async *results(items: readonly ImageItem[]): AsyncGenerator<readonly ImageResult[]> {
    const {batch} = this.#options;
    this.#addWorkersFor(items.length);
    const asked: Promise<readonly ImageResult[]>[] = [];
    let next = 0;
    while (next < items.length || asked.length > 0) {
      while (next < items.length && asked.length < BATCHES_UNDER_WAY * this.#ready.length) {
        const results = this.#predict(items.slice(next, next + batch));
        // A failure is met when it is this batch's turn.
        results.catch(() => {});
        asked.push(results);
        next += batch;
      }
      const results = asked.shift();
      if (results !== undefined) yield await results;
    }
  }

  close(): void {
    for (const worker of this.#all) worker.kill();
  }

  #addWorker(readsStdin: boolean): PredictWorker {
    const {models, fit, nativePackage, env, signal} = this.#options;
    const program = programFile('artifacts/predict/main.js');
    const stdin = readsStdin ? 'inherit' : 'ignore';
    const worker = new BatchWorker<ImageItem, PredictRequest, PredictAnswer, ImageResult>({
      connect: inProcess(program, {name: 'the predicting process', env, stdin}),
      opening: {type: 'open', models, fit, nativePackage},
      toRequest: items => ({type: 'predict', items}),
      toResults: answer => answer as readonly ImageResult[],
      onCulprit: (_item, {message}) => ({error: `it cannot be read: ${message}`}),
      signal,
    });
    this.#all.add(worker);
    return worker;
  }

  /** They join when they are ready; where one cannot start, it goes without. */
  #addWorkersFor(images: number): void {
    const most = Math.min(os.availableParallelism(), MAX_WORKERS);
    const workers = Math.min(most, Math.floor(images / MIN_PER_WORKER));
    for (let more = 1; more < workers; more++) {
      const worker = this.#addWorker(false);
      worker.open().then(
        () => this.#ready.push(worker),
        () => worker.kill(),
      );
    }
  }

  async #predict(items: readonly ImageItem[]): Promise<readonly ImageResult[]> {
    // Standard input is the first one's alone.
    const isFromStdin = items.some(({kind}) => kind === 'stdin');
    const [least] = this.#ready.toSorted((a, b) => a.waiting - b.waiting);
    try {
      return await ((isFromStdin ? undefined : least) ?? this.#first).resultsOf(items);
    } catch (error) {
      throw this.#worded(error);
    }
  }

  #worded(error: unknown): unknown {
    if (error instanceof UserError || this.#options.signal.aborted) return error;
    return new UserError(`Predicting failed: ${messageOf(error)}.`, {
      hint: 'Run: celeba-tui doctor',
      exitCode: 4,
      cause: error,
    });
  }
}
