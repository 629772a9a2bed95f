import {createHash} from 'node:crypto';
import {mkdir, readFile, stat} from 'node:fs/promises';
import path from 'node:path';
import {deserialize, serialize} from 'node:v8';
import {crc32} from 'node:zlib';
import {fsPath} from '../util/raw-names.js';
import {writeAtomic} from '../util/write-atomic.js';

/** Changes with what indexes hold. */
const VERSION = 1;

export function indexFolder(cacheFolder: string): string {
  return path.join(cacheFolder, 'indexes');
}

/**
 * What is known of a large file after reading all of it once, kept in the cache folder until the
 * file changes. A cache that cannot be written or read costs time, and nothing else.
 *
 * @param kind  Of the index, so that two kinds never mix.
 * @param build Makes it; plain data and typed arrays.
 */
export async function indexOf<T>(
  cacheFolder: string,
  kind: string,
  file: string,
  build: () => Promise<T>,
): Promise<T> {
  const {size, mtimeMs, ctimeMs} = await stat(fsPath(file));
  return keptFor(cacheFolder, [kind, path.resolve(file), size, mtimeMs, ctimeMs], build);
}

/**
 * The same for what follows from a key alone: whatever it is, it says everything that the result
 * depends on.
 */
export async function keptFor<T>(
  cacheFolder: string,
  key: readonly (string | number)[],
  build: () => T | Promise<T>,
): Promise<T> {
  const name = createHash('sha256')
    .update(JSON.stringify([VERSION, ...key]))
    .digest('hex')
    .slice(0, 32);
  const file = path.join(indexFolder(cacheFolder), `${name}.index`);
  const known = await readIndex(file);
  if (known !== undefined) return known.index as T;
  const index = await build();
  const bytes = serialize(index);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32LE(crc32(bytes));
  try {
    await mkdir(path.dirname(file), {recursive: true});
    await writeAtomic(file, Buffer.concat([checksum, bytes]));
  } catch {
    // It is made again the next time.
  }
  return index;
}

async function readIndex(file: string): Promise<{readonly index: unknown} | undefined> {
  try {
    const bytes = await readFile(file);
    const content = bytes.subarray(4);
    if (bytes.readUInt32LE(0) !== crc32(content)) return undefined;
    return {index: deserialize(content)};
  } catch {
    return undefined;
  }
}
