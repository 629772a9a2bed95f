import os from 'node:os';
import {dataError} from '../layouts/text-file.js';
import type {ImageFileWriter} from '../cache/image-file.js';
import type {Size} from '../image/area-filter.js';
import {DecodeWorker, DecoderFailed} from './decode-worker.js';
import type {DecodeItem} from './messages.js';

/** Images in one command: a batch or two for TensorFlow, a few milliseconds of work. */
const CHUNK = 64;
/** A process for fewer images costs more than it brings. */
const MIN_PER_WORKER = 400;
const MAX_WORKERS = 16;
/** So many decoding processes may die before the data set is given up. */
const MAX_DEATHS = 20;

type DecodeIntoOptions = {
  readonly size: Size;
  /** As found by `findNativePackage`. */
  readonly nativePackage: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** After each chunk; `done` of the items. */
  readonly onProgress: (done: number) => void;
};

/** The native decoder cannot be used on this machine. */
export class NativeDecoderFailed extends Error {
  override readonly name = 'NativeDecoderFailed';
}

/**
 * Decodes images into the rows of a cache file, in several processes.
 *
 * @param itemAt The items are made when their turn comes: 200,000 of them are many objects.
 * @throws NativeDecoderFailed before anything is decoded; the signal's reason when it aborts.
 */
export async function decodeInto(
  file: ImageFileWriter,
  count: number,
  itemAt: (index: number) => DecodeItem,
  options: DecodeIntoOptions,
): Promise<void> {
  const run = new DecodeRun(file, options);
  const starts = Array.from({length: Math.ceil(count / CHUNK)}, (_, chunk) => chunk * CHUNK);
  run.queue = starts.map(start => ({
    count: Math.min(CHUNK, count - start),
    itemAt: index => itemAt(start + index),
  }));
  const wanted = Math.min(os.availableParallelism(), MAX_WORKERS);
  const workers = Math.max(1, Math.min(wanted, Math.floor(count / MIN_PER_WORKER)));
  await run.all(workers);
}

type Chunk = {readonly count: number; readonly itemAt: (index: number) => DecodeItem};

/** Chunks that wait, and the processes that take them. */
class DecodeRun {
  queue: Chunk[] = [];
  readonly #file: ImageFileWriter;
  readonly #options: DecodeIntoOptions;
  readonly #workers = new Set<DecodeWorker>();
  #deaths = 0;
  #done = 0;

  constructor(file: ImageFileWriter, options: DecodeIntoOptions) {
    this.#file = file;
    this.#options = options;
  }

  async all(workers: number): Promise<void> {
    const {signal} = this.#options;
    signal.throwIfAborted();
    const killAll = (): void => this.#workers.forEach(worker => worker.kill());
    signal.addEventListener('abort', killAll);
    try {
      const results = await Promise.allSettled(
        Array.from({length: workers}, () => this.#workThrough(killAll)),
      );
      signal.throwIfAborted();
      const failed = results.find(result => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
    } finally {
      signal.removeEventListener('abort', killAll);
      killAll();
    }
  }

  /** One process after another, until nothing waits. */
  async #workThrough(killAll: () => void): Promise<void> {
    try {
      while (this.queue.length > 0) {
        const worker = await this.#start();
        // Two chunks under way: the next one is there when the process has done one.
        await Promise.all([this.#feed(worker), this.#feed(worker)]);
        worker.kill();
        this.#workers.delete(worker);
      }
    } catch (error) {
      this.queue = [];
      killAll();
      throw error;
    }
  }

  async #start(): Promise<DecodeWorker> {
    const {size, nativePackage, env} = this.#options;
    const worker = new DecodeWorker(this.#file.descriptor, env);
    this.#workers.add(worker);
    const geometry = this.#file.geometry;
    try {
      await worker.send({type: 'start', size, geometry, nativePackage});
    } catch (error) {
      if (!(error instanceof DecoderFailed) || nativePackage === undefined) throw error;
      throw new NativeDecoderFailed(error.message, {cause: error});
    }
    return worker;
  }

  /** Gives one process chunks until none waits or it dies; then its chunk is tried in pieces. */
  async #feed(worker: DecodeWorker): Promise<void> {
    for (let chunk = this.queue.shift(); chunk !== undefined; chunk = this.queue.shift()) {
      const {count, itemAt} = chunk;
      const items = Array.from({length: count}, (_, index) => itemAt(index));
      try {
        await worker.send({type: 'decode', items});
      } catch (error) {
        if (this.#options.signal.aborted) return;
        this.#buryWith(error as DecoderFailed, chunk, items);
        return;
      }
      this.#done += count;
      this.#options.onProgress(this.#done);
    }
  }

  #buryWith(error: DecoderFailed, chunk: Chunk, items: readonly DecodeItem[]): void {
    this.#deaths += 1;
    const [first] = items;
    if (error.died && items.length > 1 && this.#deaths <= MAX_DEATHS) {
      const half = Math.ceil(chunk.count / 2);
      this.queue.unshift(
        {count: half, itemAt: chunk.itemAt},
        {count: chunk.count - half, itemAt: index => chunk.itemAt(half + index)},
      );
      return;
    }
    throw dataError(
      `${first?.location.file ?? 'The images'}: decoding fails: ${error.message}.`,
      'Where it says nothing else, copy that image again or remove it.',
      error,
    );
  }
}
