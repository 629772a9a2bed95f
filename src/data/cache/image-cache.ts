import {createHash} from 'node:crypto';
import {mkdir, readdir, rm, stat, utimes} from 'node:fs/promises';
import path from 'node:path';
import {messageOf} from '../../util/user-error.js';
import type {Catalogue} from '../catalogue.js';
import {decodeAll, type DecodedImages, type DecodeOptions} from '../decode-all.js';
import {DECODER} from '../image/decode.js';
import {inParallel} from '../in-parallel.js';
import {readPack, writePack} from './pack-file.js';

/** A larger set is decoded anew for each run. */
const MAX_PACK_BYTES = 1_000_000_000;
/** All packs together; those used longest ago go first. */
const MAX_CACHE_BYTES = 4_000_000_000;
/** What a killed process left is nobody's after this. */
const ABANDONED_MS = 3_600_000;
const STATS_AT_ONCE = 32;

export type CacheOptions = DecodeOptions & {
  readonly cacheFolder: string;
  readonly onWarning: (message: string) => void;
};

/**
 * The pictures at these positions, decoded and scaled: from the cache, where the same files were
 * decoded before in the same way, else decoded now and kept. A cache that cannot be written costs
 * time and is said; it never fails a run.
 */
export async function cachedImages(
  catalogue: Catalogue,
  positions: readonly number[],
  options: CacheOptions,
): Promise<DecodedImages> {
  const {size, cacheFolder, onWarning} = options;
  const bytes = positions.length * size[0] * size[1] * 3;
  if (bytes > MAX_PACK_BYTES) return decodeAll(catalogue, positions, options);
  const folder = path.join(cacheFolder, 'images');
  const file = path.join(folder, `${await keyOf(catalogue, positions, size)}.pack`);
  const kept = await readPack(file, bytes);
  if (kept !== undefined) {
    const now = new Date();
    await utimes(file, now, now).catch(() => {});
    return kept;
  }
  const decoded = await decodeAll(catalogue, positions, options);
  try {
    await mkdir(folder, {recursive: true});
    await writePack(file, decoded);
    await trimCache(folder, MAX_CACHE_BYTES);
  } catch (error) {
    onWarning(`The decoded pictures could not be kept in ${folder}: ${messageOf(error)}`);
  }
  return decoded;
}

/** Changes when a file, the size or the way of decoding does. */
async function keyOf(
  catalogue: Catalogue,
  positions: readonly number[],
  size: readonly [number, number],
): Promise<string> {
  const stamps: string[] = [];
  await inParallel(positions.length, STATS_AT_ONCE, async row => {
    stamps[row] = await catalogue.stampImage(positions[row] as number);
  });
  const hash = createHash('sha256').update(`${DECODER} ${size.join('x')}\n`);
  for (const stamp of stamps) hash.update(`${stamp}\n`);
  return hash.digest('hex').slice(0, 32);
}

/** Removes the packs used longest ago until the rest fits, and what killed processes left. */
export async function trimCache(folder: string, maxBytes: number): Promise<void> {
  const packs: {file: string; size: number; usedMs: number}[] = [];
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined) continue;
    if (name.endsWith('.pack')) packs.push({file, size: found.size, usedMs: found.mtimeMs});
    else if (Date.now() - found.mtimeMs > ABANDONED_MS) await rm(file, {force: true});
  }
  packs.sort((a, b) => b.usedMs - a.usedMs);
  let total = 0;
  for (const {file, size} of packs) {
    total += size;
    if (total > maxBytes) await rm(file, {force: true});
  }
}
