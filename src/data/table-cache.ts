import {createHash} from 'node:crypto';
import {readdir, readFile, rm, stat, utimes} from 'node:fs/promises';
import path from 'node:path';
import {deserialize, serialize} from 'node:v8';
import {crc32} from 'node:zlib';
import {fsPath} from '../util/raw-names.js';
import {makeFolders} from '../util/safe-file.js';
import {abandonedIn, writeAtomic} from '../util/write-atomic.js';

/** Changes with what the tables hold. */
const VERSION = 2;
const ENDING = '.table';
/** All tables together; the least recently used go first. */
const MAX_TABLE_BYTES = 5_000_000_000;

/** Where is kept what was read from large files, and what frozen layers made of images. */
function tableCacheFolder(cacheFolder: string): string {
  return path.join(cacheFolder, 'tables');
}

/**
 * What was read from a large file, from the cache until the file changes.
 *
 * @param kind  Of the table, and its version.
 * @param build Reads it; gives plain data and typed arrays.
 */
export async function cachedFileTable<T>(
  cacheFolder: string,
  kind: string,
  file: string,
  build: () => Promise<T>,
): Promise<T> {
  const {size, mtimeMs, ctimeMs} = await stat(fsPath(file));
  return cachedTable(cacheFolder, [kind, path.resolve(file), size, mtimeMs, ctimeMs], build);
}

/**
 * What follows from a key, from the cache where it was built before. A cache that cannot be written
 * or read costs time, and nothing else.
 *
 * @param key Everything that the result depends on.
 */
export async function cachedTable<T>(
  cacheFolder: string,
  key: readonly (string | number)[],
  build: () => T | Promise<T>,
): Promise<T> {
  const name = createHash('sha256')
    .update(JSON.stringify([VERSION, ...key]))
    .digest('hex')
    .slice(0, 32);
  const file = path.join(tableCacheFolder(cacheFolder), `${name}${ENDING}`);
  try {
    const bytes = await readFile(file);
    const content = bytes.subarray(4);
    if (bytes.readUInt32LE(0) === crc32(content)) {
      const table = deserialize(content) as T;
      await utimes(file, new Date(), new Date()).catch(() => {});
      return table;
    }
  } catch {
    // It is built now.
  }
  const table = await build();
  const bytes = serialize(table);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(bytes));
  try {
    makeFolders(path.dirname(file));
    await writeAtomic(file, Buffer.concat([checksum, bytes]));
    await trimTables(cacheFolder, MAX_TABLE_BYTES);
  } catch {
    // It is built again the next time.
  }
  return table;
}

/**
 * Removes the least recently used tables until the rest takes at most `maxBytes`, and what killed processes
 * left. A program that has read one is not disturbed.
 *
 * @returns Bytes of the rest.
 */
export async function trimTables(cacheFolder: string, maxBytes = Infinity): Promise<number> {
  const folder = tableCacheFolder(cacheFolder);
  const names = await readdir(folder).catch(() => []);
  const tables = await Promise.all(
    names
      .filter(name => name.endsWith(ENDING))
      .map(async name => {
        const file = path.join(folder, name);
        const facts = await stat(file).catch(() => undefined);
        return {file, bytes: facts?.size ?? 0, usedMs: facts?.mtimeMs ?? 0};
      }),
  );
  let total = 0;
  for (const {file, bytes} of tables.sort((a, b) => b.usedMs - a.usedMs)) {
    if (total + bytes <= maxBytes) total += bytes;
    else await rm(file, {force: true}).catch(() => {});
  }
  for (const file of await abandonedIn(folder, name => name.endsWith(ENDING)))
    await rm(file, {force: true});
  return total;
}
