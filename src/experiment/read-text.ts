import {open} from 'node:fs/promises';
import {UserError, messageOf} from '../util/user-error.js';
import {MAX_CHARACTERS} from './document.js';

/** UTF-8 takes at most four bytes for what counts as two characters, and three for one. */
const MAX_BYTES = 3 * MAX_CHARACTERS;

/** The text of a file, a pipe or a device; no more of it is read than an experiment may have. */
export async function readText(file: string): Promise<string> {
  const bytes = await readStart(file, MAX_BYTES + 1).catch((error: unknown) => {
    throw new UserError(`${file}: the file cannot be read: ${messageOf(error)}`, {cause: error});
  });
  if (bytes.length > MAX_BYTES) {
    throw new UserError(
      `${file}: too long for an experiment. Expected at most ${MAX_CHARACTERS} characters; received more.`,
    );
  }
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch (error) {
    throw new UserError(`${file}: not a text. Expected YAML in UTF-8; received other bytes.`, {
      hint: 'Save it again as UTF-8.',
      cause: error,
    });
  }
}

async function readStart(file: string, limit: number): Promise<Buffer> {
  const handle = await open(file, 'r');
  try {
    const buffer = Buffer.alloc(limit);
    let length = 0;
    while (length < limit) {
      const {bytesRead} = await handle.read(buffer, length, limit - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return buffer.subarray(0, length);
  } finally {
    await handle.close();
  }
}
