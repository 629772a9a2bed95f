import {constants} from 'node:fs';
import {open, type FileHandle} from 'node:fs/promises';

/**
 * Reads a file that others may have put there, also through a link: people link the images of a
 * data folder. What only looks like one (a folder, a pipe that
 * nobody writes to, a device without an end) is refused at once, and so is one that is too long.
 *
 * @throws Error that says why, without the file's name; `ENOENT` where it is missing.
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

/** Opening a pipe would last until somebody writes to it. Windows has no such flag. */
function openWithoutWaiting(file: string | Buffer): Promise<FileHandle> {
  return open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}
