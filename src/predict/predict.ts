import type {Fit, Size} from '../data/image/fit.js';
import {UserError} from '../util/user-error.js';
import type {ModelSource, PictureItem, PictureResult, PredictEvent} from './messages.js';
import {PredictorDied, PredictProcess} from './predict-process.js';

export type PredictOptions = {
  readonly models: readonly ModelSource[];
  readonly fit: Fit;
  readonly nativePackage: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Pictures in one batch. */
  readonly batch: number;
};

type Started = Extract<PredictEvent, {type: 'started'}>;
export type StartedModels = {
  readonly heads: readonly string[];
  readonly size: Size;
  readonly note: string | undefined;
};

/** So many predicting processes may die of pictures before it is given up. */
const MAX_DEATHS = 20;

/** Predicts pictures in a process of its own, which is replaced where a picture ends it. */
export class Predicting {
  readonly #options: PredictOptions;
  readonly #readsStdin: boolean;
  #process: PredictProcess | undefined;
  #deaths = 0;

  constructor(options: PredictOptions, readsStdin: boolean) {
    this.#options = options;
    this.#readsStdin = readsStdin;
    options.signal.addEventListener('abort', () => this.close());
  }

  /** Loads the models. @throws UserError where they cannot be used. */
  async start(): Promise<StartedModels> {
    const {models, fit, nativePackage, env, signal} = this.#options;
    signal.throwIfAborted();
    const process = new PredictProcess(env, this.#readsStdin);
    this.#process = process;
    try {
      return (await process.send({type: 'start', models, fit, nativePackage})) as Started;
    } catch (error) {
      throw this.#worded(error);
    }
  }

  /** The results of all items, batch by batch, in their order; the next batch is always asked for. */
  async *results(items: readonly PictureItem[]): AsyncGenerator<readonly PictureResult[]> {
    const {batch} = this.#options;
    const ask = (start: number): Promise<readonly PictureResult[]> | undefined => {
      if (start >= items.length) return undefined;
      const answer = this.#predict(items.slice(start, start + batch));
      // A failure is met when it is this batch's turn.
      answer.catch(() => {});
      return answer;
    };
    let next = ask(0);
    for (let start = batch; next !== undefined; start += batch) {
      const following = ask(start);
      yield await next;
      next = following;
    }
  }

  close(): void {
    this.#process?.kill();
  }

  async #predict(items: readonly PictureItem[]): Promise<readonly PictureResult[]> {
    const asked = this.#process as PredictProcess;
    try {
      return await this.#ask(asked, items);
    } catch (error) {
      this.#options.signal.throwIfAborted();
      if (!(error instanceof PredictorDied)) throw error;
      return this.#oneByOne(asked, items, error);
    }
  }

  /** Something in this batch may have ended the process: each picture gets a chance of its own. */
  async #oneByOne(
    dead: PredictProcess,
    items: readonly PictureItem[],
    death: PredictorDied,
  ): Promise<readonly PictureResult[]> {
    const results: PictureResult[] = [];
    let ended = dead;
    for (const item of items) {
      if (this.#process === ended) {
        if (++this.#deaths > MAX_DEATHS) throw this.#worded(death);
        await this.start();
      }
      ended = this.#process as PredictProcess;
      try {
        results.push(...(await this.#ask(ended, [item])));
      } catch (error) {
        this.#options.signal.throwIfAborted();
        if (!(error instanceof PredictorDied)) throw error;
        results.push({error: `it cannot be read: ${error.message}`});
      }
    }
    return results;
  }

  async #ask(
    process: PredictProcess,
    items: readonly PictureItem[],
  ): Promise<readonly PictureResult[]> {
    const answer = await process.send({type: 'predict', items});
    return (answer as Extract<PredictEvent, {type: 'predicted'}>).results;
  }

  #worded(error: unknown): unknown {
    if (!(error instanceof PredictorDied)) return error;
    return new UserError(`Predicting failed: ${error.message}.`, {
      hint: 'Run: celeba-tui doctor',
      exitCode: 4,
      cause: error,
    });
  }
}
