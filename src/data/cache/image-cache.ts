import {createHash} from 'node:crypto';
import {mkdir, mkdtemp, rm, statfs, utimes} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {findNativePackage} from '../../backend/load.js';
import {bytes as bytesText} from '../../util/format.js';
import {messageOf} from '../../util/user-error.js';
import type {Catalogue} from '../catalogue.js';
import {NativeDecoderFailed} from '../decode/decode-into.js';
import {decoderName, type DecoderName} from '../decode/picture-decoder.js';
import type {Size} from '../image/area-filter.js';
import {dataError} from '../layouts/text-file.js';
import {PackFile} from './pack-file.js';
import type {PackHeader} from './pack-header.js';
import {holdPack} from './pack-use.js';
import {packsFolder, trimPacks} from './packs.js';
import {StoredImages, type StoreOptions} from './stored-images.js';

/** All packs together may take so much; those used longest ago go first. */
const MAX_CACHE_BYTES = 10_000_000_000;
/** Left free on the disk for whatever else is written there. */
const SPARE_BYTES = 200_000_000;

export type CacheOptions = Pick<StoreOptions, 'env' | 'signal' | 'onProgress'> & {
  readonly size: Size;
  readonly cacheFolder: string;
  readonly onWarning: (message: string) => void;
};

/**
 * The pictures at these positions, decoded and scaled: from the cache as far as the same files were
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
      `TensorFlow does not decode pictures here (${error.message}); sharp does it, slower and with slightly other pixels. Try: celeba-tui doctor`,
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
  const {pack, makeRoom} = await openPack(catalogue, decoder, options);
  try {
    const store = {...options, decoder, nativePackage};
    return await StoredImages.fill(catalogue, pack, positions, store, makeRoom);
  } catch (error) {
    await pack.close();
    throw error;
  }
}

type OpenedPack = {
  readonly pack: PackFile;
  readonly makeRoom: (bytes: number) => Promise<void>;
};

async function openPack(
  catalogue: Catalogue,
  decoder: DecoderName,
  {size: [height, width], cacheFolder, onWarning}: CacheOptions,
): Promise<OpenedPack> {
  const {source, files} = catalogue;
  const header: PackHeader = {count: files.length, height, width, decoder, source};
  const folder = packsFolder(cacheFolder);
  const file = path.join(folder, `${keyOf(catalogue, header)}.pack`);
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
      await refuseFull(folder, bytes);
    };
    return {pack, makeRoom};
  } catch (error) {
    await release();
    onWarning(`The decoded pictures cannot be kept in ${folder}: ${messageOf(error)}`);
    return openTemporary(header);
  }
}

/** A pack without a name: it is there as long as it is open, and no killed process leaves it. */
async function openTemporary(header: PackHeader): Promise<OpenedPack> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'celeba-tui-images-'));
  try {
    const pack = await PackFile.open(path.join(folder, 'images.pack'), header);
    return {pack, makeRoom: bytes => refuseFull(os.tmpdir(), bytes)};
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

async function refuseFull(folder: string, bytes: number): Promise<void> {
  const {bavail, bsize} = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes + SPARE_BYTES) return;
  throw dataError(
    `${folder}: the decoded pictures need ${bytesText(bytes)} on the disk. Received ${bytesText(free)} that are free.`,
    'Make room with celeba-tui data cache --max-size 0, name another folder with CELEBA_TUI_CACHE, or use smaller or fewer pictures.',
  );
}
