import {Worker, WorkerDied, type Connect} from './worker.js';

/** Items may end so many processes before the work is given up. */
const MAX_DEATHS = 20;

type BatchWorkerOptions<Item, Request, Answer, Result> = {
  readonly connect: Connect;
  /** The request that each start of the worker begins with. */
  readonly opening: Request;
  readonly toRequest: (items: readonly Item[]) => Request;
  /** A result for each item, in their order. */
  readonly toResults: (answer: Answer) => readonly Result[];
  /** The result of an item that ends the worker, tried by itself; or throws. */
  readonly onCulprit: (item: Item, death: WorkerDied) => Result;
  readonly signal: AbortSignal;
};

/**
 * A worker that takes items in batches. Where a batch ends it, as a damaged image can end a native
 * decoder, the worker is started again and each item is tried by itself, so that the culprit is
 * known and all others have their results.
 */
export class BatchWorker<Item, Request, Answer, Result> {
  readonly #options: BatchWorkerOptions<Item, Request, Answer, Result>;
  readonly #worker: Worker<Request, Answer>;
  #deaths = 0;
  #isKilled = false;
  #waiting = 0;
  /** Resolves when no items are tried one by one. */
  #quiet: Promise<unknown> = Promise.resolve();

  constructor(options: BatchWorkerOptions<Item, Request, Answer, Result>) {
    this.#options = options;
    this.#worker = new Worker(options.connect, options.opening);
  }

  /** Batches that have no results yet. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Starts the worker. @returns Its answer to the opening request. @throws what the worker threw. */
  async open(): Promise<Answer> {
    this.#options.signal.throwIfAborted();
    return (await this.#worker.open()) as Answer;
  }

  /** A result for each item, in their order. */
  async resultsOf(items: readonly Item[]): Promise<readonly Result[]> {
    this.#waiting += 1;
    try {
      await this.#quiet;
      return await this.#ask(items);
    } catch (error) {
      this.#assertDeath(error);
      const results = this.#quiet.then(() => this.#oneByOne(items));
      this.#quiet = results.catch(() => {});
      return await results;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Ends the worker at once; batches that have no results yet are rejected. */
  kill(): void {
    this.#isKilled = true;
    this.#worker.kill();
  }

  /**
   * Nothing else is asked meanwhile: where two batches are under way, both end with the worker, and
   * only one of them holds the culprit.
   */
  async #oneByOne(items: readonly Item[]): Promise<readonly Result[]> {
    const results: Result[] = [];
    for (const item of items) {
      try {
        results.push(...(await this.#ask([item])));
      } catch (error) {
        const death = this.#assertDeath(error);
        if (++this.#deaths > MAX_DEATHS) throw death;
        results.push(this.#options.onCulprit(item, death));
      }
    }
    return results;
  }

  async #ask(items: readonly Item[]): Promise<readonly Result[]> {
    return this.#options.toResults(await this.#worker.ask(this.#options.toRequest(items)));
  }

  /** @throws what it is given, where that is not a death that an item may have caused. */
  #assertDeath(error: unknown): WorkerDied {
    this.#options.signal.throwIfAborted();
    if (this.#isKilled || !(error instanceof WorkerDied)) throw error;
    return error;
  }
}
