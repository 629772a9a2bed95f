import os from 'node:os';
import {BatchWorker} from '../../util/batch-worker.js';
import {programFile} from '../../util/package-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {inProcess} from '../../util/worker.js';
import type {OpenCacheFile} from '../cache/image-file.js';
import type {Size} from '../image/area-filter.js';
import {dataError} from '../layouts/text-file.js';
import type {DecodeItem, DecodeRequest} from './worker-main.js';

/** Images in one request: a batch or two for TensorFlow, a few milliseconds of work. */
const CHUNK = 64;
/** A process for fewer images costs more than it brings. */
const MIN_PER_WORKER = 400;
const MAX_WORKERS = 16;

type DecodeIntoOptions = {
  readonly size: Size;
  /** As found by `findNativePackage`. */
  readonly nativePackage: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** After each chunk; `done` of the items. */
  readonly onProgress: (done: number) => void;
};

type DecodeWorker = BatchWorker<DecodeItem, DecodeRequest, undefined, undefined>;

/** The native decoder cannot be used on this machine. */
export class NativeDecoderFailed extends Error {
  override readonly name = 'NativeDecoderFailed';
}

/**
 * Decodes images into the rows of a cache file, in several processes.
 *
 * @param itemAt The items are made when their turn comes: 200,000 of them are many objects.
 * @throws NativeDecoderFailed before anything is decoded; UserError that names the image which ends
 *   the decoder; the signal's reason when it aborts.
 */
export async function decodeInto(
  file: OpenCacheFile,
  count: number,
  itemAt: (index: number) => DecodeItem,
  options: DecodeIntoOptions,
): Promise<void> {
  const {nativePackage, signal, onProgress} = options;
  const cores = Math.min(os.availableParallelism(), MAX_WORKERS);
  const length = Math.max(1, Math.min(cores, Math.floor(count / MIN_PER_WORKER)));
  const workers = Array.from({length}, () => decodeWorker(file, options));
  let next = 0;
  let done = 0;
  const feed = async (worker: DecodeWorker): Promise<void> => {
    while (next < count) {
      const start = next;
      next = Math.min(start + CHUNK, count);
      const items = Array.from({length: next - start}, (_, index) => itemAt(start + index));
      await worker.resultsOf(items).catch((error: unknown) => {
        throw error instanceof UserError ? error : decodingFails(items[0], error);
      });
      done += items.length;
      onProgress(done);
    }
  };
  const killAll = (): void => workers.forEach(worker => worker.kill());
  signal.addEventListener('abort', killAll);
  try {
    await Promise.all(
      workers.map(async worker => {
        await worker.open().catch((error: unknown) => {
          if (nativePackage === undefined) throw error;
          throw new NativeDecoderFailed(messageOf(error), {cause: error});
        });
        // Two chunks under way: the next one is there when the process has done one.
        await Promise.all([feed(worker), feed(worker)]);
      }),
    );
    signal.throwIfAborted();
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', killAll);
    killAll();
  }
}

function decodeWorker(file: OpenCacheFile, options: DecodeIntoOptions): DecodeWorker {
  const {size, nativePackage, env, signal} = options;
  const {geometry, descriptor} = file;
  const program = programFile('data/decode/worker-main.js');
  return new BatchWorker<DecodeItem, DecodeRequest, undefined, undefined>({
    connect: inProcess(program, {
      name: 'the decoding process',
      env,
      descriptors: [descriptor],
    }),
    opening: {type: 'open', size, geometry, nativePackage},
    toRequest: items => ({type: 'decode', items}),
    toResults: () => [],
    onCulprit: (item, death) => {
      throw decodingFails(item, death);
    },
    signal,
  });
}

function decodingFails(item: DecodeItem | undefined, error: unknown): UserError {
  return dataError(
    `${item?.location.file ?? 'The images'}: decoding fails: ${messageOf(error)}.`,
    'Where it says nothing else, copy that image again or remove it.',
    error,
  );
}
