import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm, utimes} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {findNativePackage} from '../../tensorflow/load.js';
import {bytes as bytesText} from '../../util/format.js';
import {messageOf} from '../../util/user-error.js';
import type {Catalogue} from '../catalogue.js';
import {NativeDecoderFailed} from '../decode/decode-into.js';
import {decoderName, type DecoderName} from '../decode/image-decoder.js';
import type {Size} from '../image/area-filter.js';
import {dataError} from '../layouts/text-file.js';
import {stateOf} from '../files/state-of.js';
import {ComparedState} from './compared-state.js';
import {PackFile} from './pack-file.js';
import type {PackHeader} from './pack-header.js';
import {holdPack} from './pack-use.js';
import {packsFolder, trimPacks} from './packs.js';
import {StoredImages, type StoreOptions} from './stored-images.js';
import {freeDiskBytes} from '../../util/disk-space.js';

/** All packs together may take so much; those used longest ago go first. */
const MAX_CACHE_BYTES = 10_000_000_000;
/** Left free on the disk for whatever else is written there. */
const SPARE_BYTES = 200_000_000;

type CacheOptions = Pick<StoreOptions, 'env' | 'signal' | 'onProgress'> & {
  readonly size: Size;
  readonly cacheFolder: string;
  readonly onWarning: (message: string) => void;
  /** Milliseconds since 1970; the machine's clock where it is left out. */
  readonly now?: () => number;
};

/**
 * The images at these positions, decoded and scaled: from the cache as far as the same files were
 * decoded there before in the same way, else decoded now and kept. A cache folder that cannot be
 * written costs time and is said; it never fails a run.
 *
 * @param positions Of the catalogue, ascending.
 */
export async function storedImages(
  catalogue: Catalogue,
  positions: Uint32Array,
  options: CacheOptions,
): Promise<StoredImages> {
  const nativePackage = findNativePackage(options.env);
  try {
    return await storedBy(nativePackage, catalogue, positions, options);
  } catch (error) {
    if (!(error instanceof NativeDecoderFailed)) throw error;
    options.onWarning(
      `TensorFlow does not decode images here (${error.message}); sharp does it, slower and with slightly other pixels. Try: celeba-tui doctor`,
    );
    return storedBy(undefined, catalogue, positions, options);
  }
}

async function storedBy(
  nativePackage: string | undefined,
  catalogue: Catalogue,
  positions: Uint32Array,
  options: CacheOptions,
): Promise<StoredImages> {
  const decoder = decoderName(nativePackage !== undefined);
  const {pack, makeRoom, compared} = await openPack(catalogue, decoder, options);
  try {
    // As it is before anything is compared: what changes meanwhile is found the next time.
    const state = await stateOf(catalogue.holders, options.now?.() ?? Date.now());
    const isUnchanged = (await compared?.isSame(state)) ?? false;
    const store = {...options, decoder, nativePackage};
    const filling = {isUnchanged, makeRoom};
    const images = await StoredImages.fill(catalogue, pack, positions, filling, store);
    if (!isUnchanged) await compared?.keep(state);
    return images;
  } catch (error) {
    await pack.close();
    throw error;
  }
}

type OpenedPack = {
  readonly pack: PackFile;
  readonly makeRoom: (bytes: number) => Promise<void>;
  /** undefined for one that nobody will open again. */
  readonly compared: ComparedState | undefined;
};

async function openPack(
  catalogue: Catalogue,
  decoder: DecoderName,
  {size: [height, width], cacheFolder, onWarning}: CacheOptions,
): Promise<OpenedPack> {
  const {source, files} = catalogue;
  const header: PackHeader = {count: files.length, height, width, decoder, source};
  const folder = packsFolder(cacheFolder);
  const key = keyOf(catalogue, header);
  const file = path.join(folder, `${key}.pack`);
  let release = (): Promise<void> => Promise.resolve();
  try {
    await mkdir(folder, {recursive: true});
    release = await holdPack(file);
    const pack = await PackFile.open(file, header);
    pack.onClose(release);
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    const makeRoom = async (bytes: number): Promise<void> => {
      await trimPacks(folder, MAX_CACHE_BYTES - bytes);
      await assertDiskRoom(folder, bytes);
    };
    return {pack, makeRoom, compared: new ComparedState(cacheFolder, key)};
  } catch (error) {
    await release();
    onWarning(`The decoded images cannot be kept in ${folder}: ${messageOf(error)}`);
    return openTemporary(header);
  }
}

/** A pack without a name: it is there as long as it is open, and no killed process leaves it. */
async function openTemporary(header: PackHeader): Promise<OpenedPack> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'celeba-tui-images-'));
  try {
    const pack = await PackFile.open(path.join(folder, 'images.pack'), header);
    return {pack, makeRoom: bytes => assertDiskRoom(os.tmpdir(), bytes), compared: undefined};
  } finally {
    await rm(folder, {recursive: true, force: true}).catch(() => {});
  }
}

/** Changes with the data, its place, the size and the way of decoding. */
function keyOf(catalogue: Catalogue, {height, width, decoder}: PackHeader): string {
  return createHash('sha256')
    .update(JSON.stringify([catalogue.fingerprint, catalogue.place, height, width, decoder]))
    .digest('hex')
    .slice(0, 32);
}

async function assertDiskRoom(folder: string, bytes: number): Promise<void> {
  const free = await freeDiskBytes(folder);
  if (free >= bytes + SPARE_BYTES) return;
  throw dataError(
    `${folder}: the decoded images need ${bytesText(bytes)} on the disk. Received ${bytesText(free)} that are free.`,
    'Make room with celeba-tui data cache --max-size 0, name another folder with CELEBA_TUI_CACHE, or use smaller or fewer images.',
  );
}
