import {constants} from 'node:fs';
import {open, type FileHandle} from 'node:fs/promises';
import {assertLength} from './safe-file.js';

/**
 * Reads a file of another user, also through a link, because people link the images of a data folder.
 * Rejects folders, pipes, devices and files that are too long without waiting for them.
 *
 * @throws Error with the reason, without the file's name; `ENOENT` where it is missing.
 */
export async function readFileWithin(file: string | Buffer, maxBytes: number): Promise<Buffer> {
  return withFile(file, async (handle, size) => {
    assertLength(size, maxBytes);
    return handle.readFile();
  });
}

/** As `readFileWithin`, but at most the first `bytes` of a file of any length. */
export async function readFileStart(file: string | Buffer, bytes: number): Promise<Buffer> {
  return withFile(file, async handle => {
    const {buffer, bytesRead} = await handle.read({buffer: Buffer.alloc(bytes), position: 0});
    return buffer.subarray(0, bytesRead);
  });
}

async function withFile(
  file: string | Buffer,
  read: (handle: FileHandle, size: number) => Promise<Buffer>,
): Promise<Buffer> {
  // Opens a pipe without waiting for its writer. Windows has no such flag.
  const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('it is not a file');
    return await read(handle, stats.size);
  } finally {
    await handle.close();
  }
}
