import path from 'node:path';
import {makeFolders} from '../util/safe-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {writeAtomic} from '../util/write-atomic.js';

/**
 * Writes the file that a command makes, and the folders above it.
 *
 * @param what  It, for messages: `report`.
 * @param links A file that the user named may be a link to the real one: `follow`.
 * @throws UserError where it cannot be written.
 */
export async function writeOut(
  file: string,
  content: string | Uint8Array,
  what: string,
  links: 'replace' | 'follow' = 'follow',
): Promise<void> {
  try {
    makeFolders(path.dirname(file));
    await writeAtomic(file, content, {links});
  } catch (error) {
    throw new UserError(`${file}: the ${what} cannot be written: ${messageOf(error)}`, {
      hint: 'Name a writable file with --out FILE.',
      exitCode: 1,
      cause: error,
    });
  }
}
