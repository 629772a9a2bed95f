import {open, realpath, rename, rm} from 'node:fs/promises';
import path from 'node:path';

let writes = 0;

/**
 * Replaces a file in one step: whoever reads it sees the old content or the new, never a part, also
 * when the process is killed, the disk is full or the machine loses its power. Until the new file
 * is whole it stands beside the old one, as `<name>.<digits>`; of two writers the last one wins.
 */
export async function writeAtomic(file: string, content: string | Uint8Array): Promise<void> {
  // A link stays a link: what it points to is replaced.
  const target = await realpath(file).catch(() => path.resolve(file));
  const unfinished = `${target}.${process.pid}${String(++writes).padStart(6, '0')}`;
  try {
    const handle = await open(unfinished, 'w');
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
