import {open, readdir, rm} from 'node:fs/promises';
import path from 'node:path';
import {abandonedIn} from '../../util/write-atomic.js';
import {decodeHeader, isImageFile, readStart, type ImageFileHeader} from './image-file.js';

export const ENDING = '.pack';
const DISK_BLOCK_BYTES = 512;

export type CacheFile = {
  readonly file: string;
  /** undefined where it is damaged, or of another version. */
  readonly header: ImageFileHeader | undefined;
  readonly diskBytes: number;
  /** When it was last opened, in milliseconds since 1970. */
  readonly usedMs: number;
};

export function imageCacheFolder(cacheFolder: string): string {
  return path.join(cacheFolder, 'images');
}

/**
 * The cache files of a folder, the most recently used first; none where the folder does not exist.
 */
export async function listCacheFiles(folder: string): Promise<CacheFile[]> {
  const files: CacheFile[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    const handle = name.endsWith(ENDING) && (await open(file, 'r').catch(() => undefined));
    if (!handle) continue;
    try {
      const start = await readStart(handle);
      // Anything else that somebody put there is left alone.
      if (!isImageFile(start)) continue;
      const {size, blocks, mtimeMs} = await handle.stat();
      const diskBytes = Math.min(size, blocks * DISK_BLOCK_BYTES);
      files.push({file, header: decodeHeader(start), diskBytes, usedMs: mtimeMs});
    } finally {
      await handle.close();
    }
  }
  return files.sort((a, b) => b.usedMs - a.usedMs);
}

/**
 * Removes the least recently used cache files until the rest takes at most `maxBytes`, damaged
 * ones, and what killed processes left. A program that has one open can still read it.
 *
 * @returns The removed ones.
 */
export async function trimCacheFiles(
  folder: string,
  maxBytes: number,
): Promise<readonly CacheFile[]> {
  for (const file of await abandonedIn(folder, name => name.endsWith(ENDING))) {
    await rm(file, {force: true});
  }
  const removed: CacheFile[] = [];
  let total = 0;
  for (const cached of await listCacheFiles(folder)) {
    if (cached.header !== undefined && total + cached.diskBytes <= maxBytes) {
      total += cached.diskBytes;
      continue;
    }
    // Windows does not remove a file that is open.
    const isRemoved = await rm(cached.file, {force: true}).then(
      () => true,
      () => false,
    );
    if (isRemoved) removed.push(cached);
  }
  return removed;
}
