import {appendFileSync, mkdirSync, mkdtempSync, rmSync} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const folders: string[] = [];

/** A folder for the tests of one file; `test/setup.ts` removes it when the file has ended. */
export function temporaryFolder(name = 'test'): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), `celeba-tui-${name}-`));
  folders.push(folder);
  return folder;
}

/** Removes every folder that {@link temporaryFolder} has made in this process. */
export function removeTemporaryFolders(): void {
  for (const folder of folders.splice(0)) {
    rmSync(folder, {recursive: true, force: true, maxRetries: 3});
    appendFileSync(path.join(path.dirname(folder), REMOVED), `${path.basename(folder)}\n`);
  }
}

/** A file with the name of every folder that was removed, in the temporary directory. */
export const REMOVED = 'removed';

/** The name of {@link sharedFolder} in the temporary directory. */
export const SHARED = 'shared';

/** A folder for what several files read; `test/nothing-left.ts` removes it when the suite has ended. */
export function sharedFolder(): string {
  const folder = path.join(os.tmpdir(), SHARED);
  mkdirSync(folder, {recursive: true});
  return folder;
}
