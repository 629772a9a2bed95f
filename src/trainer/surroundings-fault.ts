import type {RunFolder} from '../runs/run-folder.js';
import {UserError} from '../util/user-error.js';

const faults: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EROFS: 'the folder can be read only',
  EACCES: 'the folder may not be written',
  EIO: 'the disk does not answer',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open on this machine',
};

/** What the system refused, as something that a person can mend; undefined for everything else. */
export function surroundingsFault(error: unknown, folder: RunFolder): UserError | undefined {
  const {code = ''} = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const what = Object.hasOwn(faults, code) ? faults[code] : undefined;
  if (what === undefined || error instanceof UserError) return undefined;
  return new UserError(`${folder.path}: ${what} (${code}).`, {
    hint: `Mend that; then, from the last checkpoint: celeba-tui run --resume ${folder.id}`,
    exitCode: 4,
    cause: error,
  });
}
