import {createHash} from 'node:crypto';
import {mkdir, readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {deserialize, serialize} from 'node:v8';
import {crc32} from 'node:zlib';
import {fsPath} from '../util/raw-names.js';
import {writeAtomic} from '../util/write-atomic.js';

/** Changes with what the tables hold. */
const VERSION = 2;

/** Where labels and names are kept that were read from large files. */
export function tableCacheFolder(cacheFolder: string): string {
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
  const file = path.join(tableCacheFolder(cacheFolder), `${name}.table`);
  try {
    const bytes = await readFile(file);
    const content = bytes.subarray(4);
    if (bytes.readUInt32LE(0) === crc32(content)) return deserialize(content) as T;
  } catch {
    // It is built now.
  }
  const table = await build();
  const bytes = serialize(table);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(bytes));
  try {
    await mkdir(path.dirname(file), {recursive: true});
    await writeAtomic(file, Buffer.concat([checksum, bytes]));
  } catch {
    // It is built again the next time.
  }
  return table;
}
