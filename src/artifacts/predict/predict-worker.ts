import type {Fit} from '../../data/image/fit.js';
import {UserError} from '../../util/user-error.js';
import type {ModelSource, ImageItem, ImageResult, PredictEvent} from './messages.js';
import {PredictorDied, PredictProcess} from './predict-process.js';

export type PredictWorkerOptions = {
  readonly models: readonly ModelSource[];
  readonly fit: Fit;
  readonly nativePackage: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
};

type Started = Extract<PredictEvent, {type: 'started'}>;

/** So many predicting processes may die of images before it is given up. */
const MAX_DEATHS = 20;

/** One predicting process at a time, which is replaced where an image ends it. */
export class PredictWorker {
  readonly #options: PredictWorkerOptions;
  readonly #readsStdin: boolean;
  #process: PredictProcess | undefined;
  #deaths = 0;
  #waiting = 0;
  /** Done when no batch is tried image by image. */
  #quiet: Promise<unknown> = Promise.resolve();

  constructor(options: PredictWorkerOptions, readsStdin: boolean) {
    this.#options = options;
    this.#readsStdin = readsStdin;
  }

  /** Batches that it was asked for and has not answered. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Loads the models. @throws UserError where they cannot be used. */
  async start(): Promise<Started> {
    const {models, fit, nativePackage, env, signal} = this.#options;
    signal.throwIfAborted();
    this.#process = new PredictProcess(env, this.#readsStdin);
    try {
      const answer = await this.#process.send({type: 'start', models, fit, nativePackage});
      return answer as Started;
    } catch (error) {
      throw worded(error);
    }
  }

  /** A result for each image, in their order. */
  async predict(items: readonly ImageItem[]): Promise<readonly ImageResult[]> {
    this.#waiting += 1;
    try {
      await this.#quiet;
      return await this.#ask(items);
    } catch (error) {
      const death = this.#deathOf(error);
      const results = this.#quiet.then(() => this.#oneByOne(items, death));
      this.#quiet = results.catch(() => {});
      return await results;
    } finally {
      this.#waiting -= 1;
    }
  }

  close(): void {
    this.#process?.kill();
  }

  /**
   * Something in this batch may have ended the process: each image gets a chance of its own.
   * Nothing else is asked meanwhile, or a death would be put down to whatever waits for its turn.
   */
  async #oneByOne(
    items: readonly ImageItem[],
    death: PredictorDied,
  ): Promise<readonly ImageResult[]> {
    const results: ImageResult[] = [];
    for (const item of items) {
      if (this.#process?.isDead !== false) {
        if (++this.#deaths > MAX_DEATHS) throw worded(death);
        await this.start();
      }
      try {
        results.push(...(await this.#ask([item])));
      } catch (error) {
        results.push({error: `it cannot be read: ${this.#deathOf(error).message}`});
      }
    }
    return results;
  }

  async #ask(items: readonly ImageItem[]): Promise<readonly ImageResult[]> {
    if (this.#process === undefined) throw new Error('predict came before start');
    const answer = await this.#process.send({type: 'predict', items});
    return (answer as Extract<PredictEvent, {type: 'predicted'}>).results;
  }

  /** @throws what it was given, where that is not a death that an image may have caused. */
  #deathOf(error: unknown): PredictorDied {
    this.#options.signal.throwIfAborted();
    if (!(error instanceof PredictorDied)) throw error;
    return error;
  }
}

function worded(error: unknown): unknown {
  if (!(error instanceof PredictorDied)) return error;
  return new UserError(`Predicting failed: ${error.message}.`, {
    hint: 'Run: celeba-tui doctor',
    exitCode: 4,
    cause: error,
  });
}
