import {randomBytes} from 'node:crypto';
import {open, realpath, rename, rm} from 'node:fs/promises';

/** What a kill may leave of a new file or folder, beside the one that it was to replace. */
const UNFINISHED = /^(.+)\.\d+-[0-9a-f]{8}\.unfinished$/;

/**
 * Replaces a file in one step: whoever reads it sees the old content or the new, never a part, also
 * when the process is killed, the disk is full or the machine loses its power. Until the new file
 * is whole it stands beside the old one, under `unfinishedName`; of two writers the last one wins.
 *
 * @param links A link in the file's place is replaced, and what it leads to stays as it is. A
 *   person who names a file may mean what a link leads to: `follow`.
 */
export async function writeAtomic(
  file: string,
  content: string | Uint8Array,
  {links = 'replace'}: {readonly links?: 'replace' | 'follow'} = {},
): Promise<void> {
  const target = links === 'follow' ? await realpath(file).catch(() => file) : file;
  const unfinished = unfinishedName(target);
  try {
    // `wx` neither follows a link nor writes into a file that somebody put there.
    const handle = await open(unfinished, 'wx');
    try {
      // A disk that is nearly full takes a part without an error: writeFile goes on until all is taken.
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unfinished, target);
  } catch (error) {
    await rm(unfinished, {force: true}).catch(() => {});
    throw error;
  }
}

/** A name beside a file or folder that nobody else has: `<name>.<process>-<random>.unfinished`. */
export function unfinishedName(target: string): string {
  return `${target}.${process.pid}-${randomBytes(4).toString('hex')}.unfinished`;
}

/** The name that an unfinished one was to replace; undefined for names of another pattern. */
export function unfinishedOf(name: string): string | undefined {
  return UNFINISHED.exec(name)?.[1];
}
