import {open, readdir, rm, stat} from 'node:fs/promises';
import path from 'node:path';
import {decodeHeader, isPack, type PackHeader} from './pack-header.js';
import {HEADER_BYTES} from './pack-layout.js';
import {packsInUse} from './pack-use.js';

/** What a killed process left is nobody's after this. */
const ABANDONED_MS = 3_600_000;
const DISK_BLOCK_BYTES = 512;

/** A pack of the cache. */
export type Pack = {
  readonly file: string;
  /** undefined where it is damaged, or of another version. */
  readonly header: PackHeader | undefined;
  /** What it takes on the disk; its holes take nothing. */
  readonly diskBytes: number;
  /** Milliseconds since 1970. */
  readonly usedMs: number;
  /** Whether a running process reads or fills it. */
  readonly inUse: boolean;
};

export function packsFolder(cacheFolder: string): string {
  return path.join(cacheFolder, 'images');
}

/** The packs of a folder, those used last first; none where it does not exist. */
export async function listPacks(folder: string): Promise<Pack[]> {
  const names = await readdir(folder).catch(() => []);
  const packs: Pack[] = [];
  const used = await packsInUse(folder);
  for (const name of names.filter(name => name.endsWith('.pack'))) {
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    const bytes = await readStart(file);
    // Whatever else somebody put there is left alone.
    if (found === undefined || !isPack(bytes)) continue;
    const diskBytes = Math.min(found.size, found.blocks * DISK_BLOCK_BYTES);
    packs.push({
      file,
      header: decodeHeader(bytes),
      diskBytes,
      usedMs: found.mtimeMs,
      inUse: used.has(file),
    });
  }
  return packs.sort((a, b) => b.usedMs - a.usedMs);
}

async function readStart(file: string): Promise<Buffer> {
  const bytes = Buffer.alloc(HEADER_BYTES);
  const handle = await open(file, 'r').catch(() => undefined);
  if (handle === undefined) return bytes;
  try {
    const {bytesRead} = await handle.read(bytes, 0, HEADER_BYTES, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

/**
 * Removes the packs used longest ago until the rest takes at most so much, those that cannot be
 * read any more, and what killed processes left. Never one that a running process uses.
 *
 * @returns What was removed.
 */
export async function trimPacks(folder: string, maxBytes: number): Promise<readonly Pack[]> {
  await removeAbandoned(folder);
  const removed: Pack[] = [];
  let total = 0;
  for (const pack of await listPacks(folder)) {
    total += pack.diskBytes;
    if (pack.inUse || (pack.header !== undefined && total <= maxBytes)) continue;
    total -= pack.diskBytes;
    await rm(pack.file, {force: true});
    removed.push(pack);
  }
  return removed;
}

async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.unfinished')) continue;
    const file = path.join(folder, name);
    const found = await stat(file).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > ABANDONED_MS) {
      await rm(file, {force: true});
    }
  }
}
