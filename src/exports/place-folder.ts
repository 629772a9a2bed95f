import {existsSync, readdirSync} from 'node:fs';
import {mkdir, rename, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {UserError, messageOf} from '../util/user-error.js';

/**
 * Writes a folder of files: it appears whole or not at all, in place of an earlier one of the same
 * kind. A folder with anything else in it is left alone.
 *
 * @throws UserError where there is such a folder, or nothing can be written.
 */
export async function placeFolder(
  folder: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const foreign = existsSync(folder) ? entriesOf(folder).filter(name => !(name in files)) : [];
  if (foreign.length > 0) {
    throw new UserError(
      `${folder}: there is something else already: ${foreign.slice(0, 3).join(', ')}. Expected a new folder, or one that was written the same way.`,
      {hint: 'Name another folder with --out DIR.'},
    );
  }
  const unfinished = `${folder}.unfinished`;
  try {
    await rm(unfinished, {recursive: true, force: true});
    await mkdir(unfinished, {recursive: true});
    for (const [name, content] of Object.entries(files))
      await writeFile(path.join(unfinished, name), content);
    await rm(folder, {recursive: true, force: true});
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, {recursive: true, force: true}).catch(() => {});
    throw new UserError(`${folder}: the model could not be written: ${messageOf(error)}`, {
      hint: 'Name a folder that can be written to with --out DIR.',
      exitCode: 1,
      cause: error,
    });
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [path.basename(folder)];
  }
}
