import {randomBytes} from 'node:crypto';
import {open, readdir, realpath, rename, rm, stat} from 'node:fs/promises';
import path from 'node:path';

/** A new file or folder that a kill left behind, beside the one that it should replace. */
const UNFINISHED = /^(.+)\.\d+-[0-9a-f]{8}\.unfinished$/;

/**
 * Replaces a file in one step: a reader sees the old content or the new, never a part, even if the
 * process is killed, the disk is full or the machine loses its power. Until the new file is complete,
 * it stands beside the old one under `unfinishedName`. The last of two writers wins.
 *
 * @param content A generator gives a long text in pieces.
 * @param links Whether to replace a link, whose target then stays as it is, or to write to its target.
 *   A user who names a link may mean its target: `follow`.
 */
export async function writeAtomic(
  file: string,
  content: string | Uint8Array | Generator<string>,
  {links = 'replace'}: {readonly links?: 'replace' | 'follow'} = {},
): Promise<void> {
  const target = links === 'follow' ? await realpath(file).catch(() => file) : file;
  const unfinished = unfinishedName(target);
  try {
    // `wx` follows no link and writes into no existing file.
    const handle = await open(unfinished, 'wx');
    try {
      // A nearly full disk may accept a part without an error; writeFile retries until all is written.
      const pieces =
        typeof content === 'string' || ArrayBuffer.isView(content) ? [content] : content;
      for (const piece of pieces) await handle.writeFile(piece);
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

/** A unique name beside a file or folder: `<name>.<process>-<random>.unfinished`. */
export function unfinishedName(target: string): string {
  return `${target}.${process.pid}-${randomBytes(4).toString('hex')}.unfinished`;
}

/** The name that an unfinished file should replace; undefined for other names. */
export function unfinishedOf(name: string): string | undefined {
  return UNFINISHED.exec(name)?.[1];
}

/** No program writes for this long: what is older and unfinished was left by a kill. */
const ABANDONED_MS = 3_600_000;

/**
 * Finds what killed programs left unfinished in a folder.
 *
 * @param isWanted Whether a name that an unfinished file should replace is of interest.
 * @returns Paths.
 */
export async function abandonedIn(
  folder: string,
  isWanted: (name: string) => boolean,
): Promise<string[]> {
  const abandoned: string[] = [];
  for (const entry of await readdir(folder).catch(() => [])) {
    const name = unfinishedOf(entry);
    if (name === undefined || !isWanted(name)) continue;
    const file = path.join(folder, entry);
    const stats = await stat(file).catch(() => undefined);
    if (stats !== undefined && Date.now() - stats.mtimeMs > ABANDONED_MS) abandoned.push(file);
  }
  return abandoned;
}
