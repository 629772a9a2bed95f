import {constants} from 'node:fs';
import {open, type FileHandle} from 'node:fs/promises';

/**
 * Reads a file that others may have put there. What only looks like one (a folder, a pipe that
 * nobody writes to, a device without an end) is refused at once, and so is one that is too long.
 *
 * @throws Error that says why, without the file's name; `ENOENT` where it is missing.
 */
export async function readFileWithin(file: string, maxBytes: number): Promise<Buffer> {
  const handle = await openWithoutWaiting(file);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new Error('it is not a file');
    if (found.size > maxBytes) {
      throw new Error(`it is too long. Expected at most ${maxBytes} bytes; received ${found.size}`);
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/**
 * The last lines of a text, however long it is; of a line that alone is longer, its end.
 *
 * @param bytes How much of it is read at most.
 * @returns Nothing where there is no file, or none that can be read.
 */
export async function readLastLines(file: string, bytes: number): Promise<string> {
  try {
    const handle = await openWithoutWaiting(file);
    try {
      const {size} = await handle.stat();
      const length = Math.min(size, bytes);
      const {buffer, bytesRead} = await handle.read({
        buffer: Buffer.alloc(length),
        position: size - length,
      });
      const text = buffer.subarray(0, bytesRead).toString('utf8').trimEnd();
      return length === size ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}

/** Opening a pipe would last until somebody writes to it. Windows has no such flag. */
function openWithoutWaiting(file: string): Promise<FileHandle> {
  return open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
}
