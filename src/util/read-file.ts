import {constants} from 'node:fs';
import {open, type FileHandle} from 'node:fs/promises';

/**
 * Reads a file of another user, also through a link, because people link the images of a data folder.
 * Rejects folders, pipes, devices and files that are too long without waiting for them.
 *
 * @throws Error with the reason, without the file's name; `ENOENT` where it is missing.
 */
export async function readFileWithin(file: string | Buffer, maxBytes: number): Promise<Buffer> {
  const handle = await openWithoutWaiting(file);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('it is not a file');
    if (stats.size > maxBytes) {
      throw new Error(`it is too long. Expected at most ${maxBytes} bytes; received ${stats.size}`);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Opens a pipe without waiting for its writer. Windows has no such flag. */
function openWithoutWaiting(file: string | Buffer): Promise<FileHandle> {
  return open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}
