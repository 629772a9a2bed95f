import {mkdir, rename, rm, rmdir, unlink} from 'node:fs/promises';
import path from 'node:path';
import {entryAt, listPlainFolder, makeFolders, NotPlain} from './safe-file.js';
import {abandonedIn, unfinishedName, unfinishedOf, writeAtomic} from './write-atomic.js';

/** A folder with files of others, which stays as it is. */
export class ForeignFiles extends Error {
  override readonly name = 'ForeignFiles';

  constructor(readonly names: readonly string[]) {
    super(`it already contains other files: ${names.slice(0, 3).join(', ')}`);
  }
}

/**
 * Writes a folder of files completely or not at all, even if the machine loses its power. Replaces an
 * earlier folder with the same files, and removes no other file.
 *
 * @throws ForeignFiles where the folder contains other files, NotPlain where the path is a link or a
 *   file, and errors of the system.
 */
export async function placeFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const names = new Set(Object.keys(files));
  await assertReplaceable(folder, names);
  makeFolders(path.dirname(folder));
  await removeAbandoned(folder, names);
  const unfinished = unfinishedName(folder);
  try {
    await mkdir(unfinished);
    for (const [name, content] of Object.entries(files))
      await writeAtomic(path.join(unfinished, name), content);
    await removeFiles(folder, names);
    await rename(unfinished, folder);
  } catch (error) {
    // The name is random, so this folder is ours.
    await rm(unfinished, {recursive: true, force: true}).catch(() => {});
    throw error;
  }
}

async function assertReplaceable(folder: string, names: ReadonlySet<string>): Promise<void> {
  if ((await entryAt(folder)) === undefined) return;
  const entries = await listPlainFolder(folder);
  const foreign = entries.filter(entry => !names.has(entry.name) || entry.isDirectory());
  if (foreign.length > 0) throw new ForeignFiles(foreign.map(({name}) => name));
}

/** Removes the files and then their folder, which fails if it contains another file meanwhile. */
async function removeFiles(folder: string, names: ReadonlySet<string>): Promise<void> {
  const entry = await entryAt(folder);
  if (entry === undefined) return;
  if (!entry.isDirectory()) throw new NotPlain('it is no longer a folder');
  for (const name of names) {
    await unlink(path.join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await rmdir(folder);
}

/**
 * Removes what killed programs left of this folder, if it contains no file but those that were to be
 * in it.
 */
async function removeAbandoned(folder: string, names: ReadonlySet<string>): Promise<void> {
  const isThis = (name: string): boolean => name === path.basename(folder);
  for (const abandoned of await abandonedIn(path.dirname(folder), isThis)) {
    try {
      const entries = (await listPlainFolder(abandoned)).map(entry => entry.name);
      if (entries.some(entry => !names.has(unfinishedOf(entry) ?? entry))) continue;
      await removeFiles(abandoned, new Set(entries));
    } catch {
      // It is a link, somebody else's, or gone by now: the new folder does not need its place.
    }
  }
}
