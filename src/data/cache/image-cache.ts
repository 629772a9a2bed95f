import {createHash} from 'node:crypto';
import {access, constants, mkdir, mkdtemp, rename, rm, utimes} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {findNativePackage} from '../../tensorflow/load.js';
import {freeDiskBytes, isDiskFull} from '../../util/disk-space.js';
import {bytes as bytesText} from '../../util/format.js';
import {messageOf, type UserError} from '../../util/user-error.js';
import {unfinishedName} from '../../util/write-atomic.js';
import type {Catalogue} from '../catalogue.js';
import {decodeInto, NativeDecoderFailed} from '../decode/decode-into.js';
import {decoderName, type DecoderName} from '../decode/image-decoder.js';
import {changeTimes, sourceState} from '../files/source-state.js';
import type {Size} from '../image/area-filter.js';
import {dataError} from '../layouts/text-file.js';
import {ENDING, imageCacheFolder, trimCacheFiles} from './cache-files.js';
import {CachedImages} from './cached-images.js';
import {ImageFile, ImageFileWriter} from './image-file.js';
import {rowGeometry} from './image-rows.js';

/** All cache files together; the least recently used go first. */
const MAX_CACHE_BYTES = 10_000_000_000;
/** Left free on the disk for other programs. */
const SPARE_BYTES = 200_000_000;
/** What decoding needs of a catalogue. */
type ImageSource = Pick<
  Catalogue,
  'fingerprint' | 'place' | 'source' | 'files' | 'holders' | 'locate'
>;

type CacheOptions = {
  readonly size: Size;
  readonly cacheFolder: string;
  /** Where the native backend is looked for. */
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
  readonly onProgress: (done: number, total: number) => void;
  /**
   * Positions of all images that the file holds, ascending; those chosen where they are left out.
   */
  readonly stored?: Uint32Array;
  /** Milliseconds since 1970; the machine's clock where it is left out. */
  readonly now?: () => number;
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
    return await new ImageCache(source, chosen, native, options).images();
  } catch (error) {
    if (!(error instanceof NativeDecoderFailed)) throw error;
    options.onWarning(
      `TensorFlow cannot decode images here (${error.message}); sharp decodes them instead, slower and with slightly different pixels. Try: celeba-tui doctor`,
    );
    return new ImageCache(source, chosen, undefined, options).images();
  }
}

/** The cache file of one choice of images, in one size, by one decoder. */
class ImageCache {
  readonly #source: ImageSource;
  readonly #chosen: Uint32Array;
  /** Position of each row of the file, ascending. */
  readonly #positions: Uint32Array;
  readonly #native: string | undefined;
  readonly #decoder: DecoderName;
  readonly #options: CacheOptions;
  readonly #folder: string;
  readonly #file: string;

  constructor(
    source: ImageSource,
    chosen: Uint32Array,
    native: string | undefined,
    options: CacheOptions,
  ) {
    this.#source = source;
    this.#chosen = chosen;
    this.#positions = options.stored ?? chosen;
    this.#native = native;
    this.#decoder = decoderName(native !== undefined);
    this.#options = options;
    this.#folder = imageCacheFolder(options.cacheFolder);
    this.#file = path.join(this.#folder, `${this.#key()}${ENDING}`);
  }

  async images(): Promise<CachedImages> {
    const images = new CachedImages({
      source: this.#source,
      chosen: this.#chosen,
      positions: this.#positions,
      decoder: this.#decoder,
      size: this.#options.size,
      refill: reason => {
        this.#options.onWarning(`${reason}; the images are decoded again.`);
        return this.#fill();
      },
    });
    const file = await this.#openFile();
    if (file !== undefined && (await this.#isCurrent(file, images))) return images;
    images.use(await this.#fill(), {isFresh: true});
    return images;
  }

  #key(): string {
    const {fingerprint, place} = this.#source;
    const {size} = this.#options;
    const rows = createHash('sha256').update(this.#positions).digest('hex');
    return createHash('sha256')
      .update(JSON.stringify([fingerprint, place, ...size, this.#decoder, rows]))
      .digest('hex')
      .slice(0, 32);
  }

  /** undefined where there is none, or a damaged one. */
  async #openFile(): Promise<ImageFile | undefined> {
    let file: ImageFile | undefined;
    try {
      file = await ImageFile.open(this.#file);
    } catch {
      return undefined;
    }
    if (file === undefined) {
      this.#options.onWarning(`${this.#file}: it is damaged; the images are decoded again.`);
      return undefined;
    }
    const now = new Date();
    await utimes(this.#file, now, now).catch(() => {});
    return file;
  }

  /**
   * Whether the images are those that were decoded. Asking for the times of 200,000 files takes
   * seconds: where their folder has not changed, a sample is enough, and each of the others is
   * looked at before its pixels are used. Closes a file that is not current.
   */
  async #isCurrent(file: ImageFile, images: CachedImages): Promise<boolean> {
    const {text, isSettled} = await sourceState(this.#source.holders, this.#now());
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
  async #fill(): Promise<ImageFile> {
    const folder = await this.#writableFolder();
    const isTemporary = folder !== this.#folder;
    const file = path.join(folder, path.basename(this.#file));
    const unfinished = unfinishedName(file);
    try {
      const {size} = this.#options;
      const writer = await ImageFileWriter.create(unfinished, this.#positions.length, size);
      try {
        await this.#decode(writer, folder);
      } finally {
        await writer.close();
      }
      await rename(unfinished, file);
      const whole = await ImageFile.open(file);
      if (whole === undefined) throw new Error(`${file} is not what was just written there`);
      return whole;
    } catch (error) {
      throw await this.#withDiskFull(error, folder);
    } finally {
      await rm(unfinished, {force: true}).catch(() => {});
      // What is open stays readable, and no killed process leaves it.
      if (isTemporary) await rm(folder, {recursive: true, force: true}).catch(() => {});
    }
  }

  async #decode(writer: ImageFileWriter, folder: string): Promise<void> {
    const {size, env, signal, onProgress} = this.#options;
    const {holders, locate, source} = this.#source;
    await this.#makeRoom(folder, writer.geometry.fileBytes);
    // Taken before any image is read: a change meanwhile is noticed when the file is used.
    const before = await sourceState(holders, this.#now());
    const files = Array.from(this.#positions, position => locate(position).file);
    const newestMs = (await changeTimes(files)).reduce((newest, time) => Math.max(newest, time), 0);
    const total = this.#positions.length;
    await decodeInto(
      writer,
      total,
      row => ({row, location: locate(this.#positions[row] as number)}),
      {size, nativePackage: this.#native, env, signal, onProgress: done => onProgress(done, total)},
    );
    const after = await sourceState(holders, this.#now());
    const [height, width] = size;
    await writer.finish({
      height,
      width,
      decoder: this.#decoder,
      source,
      state: before.text,
      isSettled: after.isSettled && after.text === before.text,
      newestMs,
    });
  }

  /** The cache folder, or a temporary one where it cannot be written to. */
  async #writableFolder(): Promise<string> {
    try {
      await mkdir(this.#folder, {recursive: true});
      await access(this.#folder, constants.W_OK);
      return this.#folder;
    } catch (error) {
      this.#options.onWarning(
        `The decoded images cannot be kept in ${this.#folder}: ${messageOf(error)}`,
      );
      return mkdtemp(path.join(os.tmpdir(), 'celeba-tui-images-'));
    }
  }

  async #makeRoom(folder: string, bytes: number): Promise<void> {
    await trimCacheFiles(folder, MAX_CACHE_BYTES - bytes);
    const free = await freeDiskBytes(folder);
    if (free < bytes + SPARE_BYTES) throw noRoom(folder, bytes, free);
  }

  /**
   * Other programs may fill the disk meanwhile. A decoding process reports the code in its words.
   */
  async #withDiskFull(error: unknown, folder: string): Promise<unknown> {
    const isFull = isDiskFull(error) || /ENOSPC|EDQUOT/.test(messageOf(error));
    if (!isFull || !(error instanceof Error)) return error;
    const {fileBytes} = rowGeometry(this.#positions.length, this.#options.size);
    return noRoom(folder, fileBytes, await freeDiskBytes(folder), error);
  }

  #now(): number {
    return this.#options.now?.() ?? Date.now();
  }
}

function noRoom(folder: string, bytes: number, free: number, cause?: unknown): UserError {
  return dataError(
    `${folder}: decoding the images needs ${bytesText(bytes + SPARE_BYTES)} of free disk space. Received ${bytesText(free)}.`,
    'Make room with celeba-tui data cache --max-size 0, name another folder with CELEBA_TUI_CACHE, or use smaller or fewer images.',
    cause,
  );
}
