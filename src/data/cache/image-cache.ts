import {type BinaryLike, createHash} from 'node:crypto';
import {access, constants, mkdtemp, rename, rm, utimes} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {setTimeout as sleep} from 'node:timers/promises';
import {findNativePackage} from '../../tensorflow/load.js';
import {freeDiskBytes, isDiskFull} from '../../util/machine.js';
import {bytes as bytesText} from '../../util/format.js';
import {HeldLock, tryLock} from '../../util/lock.js';
import {makeFolders} from '../../util/safe-file.js';
import {messageOf, type UserError} from '../../util/user-error.js';
import {unfinishedName} from '../../util/write-atomic.js';
import type {Catalogue, CatalogueContext} from '../catalogue.js';
import {decodeInto, NativeDecoderFailed} from '../decode/decode-into.js';
import {decoderName, type DecoderName} from '../decode/image-decoder.js';
import {changeTimes, sourceState} from '../files/source-state.js';
import type {Size} from '../image/area-filter.js';
import {dataError} from '../layouts/text-file.js';
import {ENDING, imageCacheFolder, trimCacheFiles} from './cache-files.js';
import {CachedImages} from './cached-images.js';
import {ImageFile, writeImageFile} from './image-file.js';
import {rowGeometry} from './image-rows.js';

/** All cache files together; the least recently used go first. */
const MAX_CACHE_BYTES = 10_000_000_000;
/** How often a process looks whether another one has decoded the images. */
const LOCK_MS = 500;
/** Left free on the disk for other programs. */
const SPARE_BYTES = 200_000_000;

type ImageSource = Pick<
  Catalogue,
  'fingerprint' | 'place' | 'source' | 'files' | 'holders' | 'locate'
>;

type CacheOptions = Omit<CatalogueContext, 'onProgress'> & {
  readonly size: Size;
  /** Where the native backend is looked for. */
  readonly env: NodeJS.ProcessEnv;
  readonly onProgress: (done: number, total: number) => void;
  /** Positions of all images in the file, ascending; those chosen where they are left out. */
  readonly stored?: Uint32Array;
};

/** A choice of images, in one size, by one decoder, and their cache file. */
type Contents = Required<CacheOptions> & {
  readonly source: ImageSource;
  /** The folder of a tfjs-node; sharp decodes everything where there is none. */
  readonly native: string | undefined;
  readonly decoder: DecoderName;
  readonly folder: string;
  readonly name: string;
};

/**
 * The images at some positions, decoded and scaled: from the cache where the same images were
 * decoded there in the same way, else decoded now. A cache folder that cannot be written to costs
 * time and a warning; it never fails a run.
 *
 * @param chosen Positions of the catalogue, ascending.
 * @throws UserError with exit code 3 where the disk is full or decoding fails.
 */
export async function cachedImages(
  source: ImageSource,
  chosen: Uint32Array,
  options: CacheOptions,
): Promise<CachedImages> {
  const native = findNativePackage(options.env);
  try {
    return await openOrDecode(source, chosen, native, options);
  } catch (error) {
    if (!(error instanceof NativeDecoderFailed)) throw error;
    options.onWarning(
      `TensorFlow cannot decode images here (${error.message}); sharp decodes them instead, slower and with slightly different pixels. Try: celeba-tui doctor`,
    );
    return openOrDecode(source, chosen, undefined, options);
  }
}

async function openOrDecode(
  source: ImageSource,
  chosen: Uint32Array,
  native: string | undefined,
  options: CacheOptions,
): Promise<CachedImages> {
  const {size, onWarning, cacheFolder, stored = chosen, now = Date.now} = options;
  const decoder = decoderName(native !== undefined);
  const rows = hashOf(stored);
  const key = JSON.stringify([source.fingerprint, source.place, ...size, decoder, rows]);
  const contents: Contents = {
    ...options,
    stored,
    now,
    source,
    native,
    decoder,
    folder: imageCacheFolder(cacheFolder),
    name: `${hashOf(key).slice(0, 32)}${ENDING}`,
  };
  const images = new CachedImages(source, chosen, {
    decoder,
    size,
    positions: stored,
    refill: reason => {
      onWarning(`${reason}; the images are decoded again.`);
      return decodeToFile(contents);
    },
  });
  if (await useCurrent(contents, images)) return images;
  await withCacheLock(contents, async () => {
    // Another process may have decoded them while this one waited.
    if (!(await useCurrent(contents, images)))
      images.use(await decodeToFile(contents), {isFresh: true});
  });
  return images;
}

/** Uses the cache file where there is one with these images as they are now. */
async function useCurrent(contents: Contents, images: CachedImages): Promise<boolean> {
  const file = await openCacheFile(contents);
  return file !== undefined && (await isCurrent(contents, file, images));
}

/**
 * Does some work while no other process decodes the same images into this folder, also where many
 * start at the same time on machines that share it.
 */
async function withCacheLock(contents: Contents, work: () => Promise<void>): Promise<void> {
  const lock = await cacheLock(contents);
  try {
    await work();
  } finally {
    await lock?.release();
  }
}

/** undefined where no lock can be written: decoding reports why. */
async function cacheLock({folder, name, signal}: Contents): Promise<HeldLock | undefined> {
  try {
    makeFolders(folder);
    for (;;) {
      const lock = await tryLock(path.join(folder, `${name}.lock`));
      if (lock instanceof HeldLock) return lock;
      await sleep(LOCK_MS, undefined, {signal});
    }
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function hashOf(content: BinaryLike): string {
  return createHash('sha256').update(content).digest('hex');
}

/** undefined where there is none, or a damaged one. */
async function openCacheFile({folder, name, onWarning}: Contents): Promise<ImageFile | undefined> {
  const place = path.join(folder, name);
  let file: ImageFile | undefined;
  try {
    file = await ImageFile.open(place);
  } catch {
    return undefined;
  }
  if (file === undefined) onWarning(`${place}: it is damaged; the images are decoded again.`);
  else await utimes(place, new Date(), new Date()).catch(() => {});
  return file;
}

/**
 * Whether the images are those that were decoded. Asking for the times of 200,000 files takes
 * seconds: where their folder has not changed, a sample is enough, and each of the others is
 * looked at before its pixels are used. Closes a file that is not current.
 */
async function isCurrent(
  {source, now}: Contents,
  file: ImageFile,
  images: CachedImages,
): Promise<boolean> {
  const {text, isSettled} = await sourceState(source.holders, now());
  images.use(file, {isFresh: false});
  const {header} = file;
  if (text === header.state && text !== '') {
    const isSampleEnough = isSettled && header.isSettled;
    if (!(await images.hasChanged(isSampleEnough ? 'sample' : 'all'))) return true;
  }
  await images.close();
  return false;
}

/** Decodes the images into a new file; it appears under its name when it is whole. */
async function decodeToFile(contents: Contents): Promise<ImageFile> {
  const {stored, size, name} = contents;
  const folder = await writableFolder(contents);
  const file = path.join(folder, name);
  const unfinished = unfinishedName(file);
  const {fileBytes} = rowGeometry(stored.length, size);
  try {
    await trimCacheFiles(folder, MAX_CACHE_BYTES - fileBytes);
    const free = await freeDiskBytes(folder);
    if (free < fileBytes + SPARE_BYTES) throw noRoom(folder, fileBytes, free);
    await decodeAll(contents, unfinished);
    await rename(unfinished, file);
    const whole = await ImageFile.open(file);
    if (whole === undefined) throw new Error(`${file} is not what was just written there`);
    return whole;
  } catch (error) {
    // Other programs may fill the disk meanwhile. A decoding process reports the code in its words.
    if (!isDiskFull(error) && !/ENOSPC|EDQUOT/.test(messageOf(error))) throw error;
    throw noRoom(folder, fileBytes, await freeDiskBytes(folder), error);
  } finally {
    await rm(unfinished, {force: true}).catch(() => {});
    // What is open stays readable, and no killed process leaves it.
    if (folder !== contents.folder) {
      await rm(folder, {recursive: true, force: true}).catch(() => {});
    }
  }
}

async function decodeAll(contents: Contents, unfinished: string): Promise<void> {
  const {source, stored, size, native, decoder, env, signal, onProgress, now} = contents;
  const {holders, locate} = source;
  await writeImageFile(unfinished, stored.length, size, async file => {
    // Taken before any image is read: a change meanwhile is noticed when the file is used.
    const before = await sourceState(holders, now());
    const times = await changeTimes(Array.from(stored, position => locate(position).file));
    const total = stored.length;
    await decodeInto(file, total, row => ({row, location: locate(stored[row] as number)}), {
      size,
      nativePackage: native,
      env,
      signal,
      onProgress: done => onProgress(done, total),
    });
    const after = await sourceState(holders, now());
    return {
      decoder,
      source: source.source,
      state: before.text,
      isSettled: after.isSettled && after.text === before.text,
      newestMs: times.reduce((newest, time) => Math.max(newest, time), 0),
    };
  });
}

/** The cache folder, or a temporary one where it cannot be written to. */
async function writableFolder({folder, onWarning}: Contents): Promise<string> {
  try {
    makeFolders(folder);
    await access(folder, constants.W_OK);
    return folder;
  } catch (error) {
    onWarning(`The decoded images cannot be kept in ${folder}: ${messageOf(error)}`);
    return mkdtemp(path.join(os.tmpdir(), 'celeba-tui-images-'));
  }
}

function noRoom(folder: string, bytes: number, free: number, cause?: unknown): UserError {
  return dataError(
    `${folder}: decoding the images needs ${bytesText(bytes + SPARE_BYTES)} of free disk space. Received ${bytesText(free)}.`,
    'Make room with celeba-tui data cache --max-size 0, name another folder with CELEBA_TUI_CACHE, or use smaller or fewer images.',
    cause,
  );
}
