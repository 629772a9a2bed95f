import type {ExitCode} from './exit-codes.js';
import {UserError} from './user-error.js';

type Fault = {readonly what: string; readonly hint: string};

const FILES = 'Allow more of them (ulimit -n 1024), or close other programs.';
const DISK = 'Make room there, or name another folder.';
const PROCESSES = 'Allow more processes (ulimit -u), or close other programs.';

/** What the system refuses for want of something that a person can give. */
const faults: Readonly<Record<string, Fault>> = {
  // The system says this of bytes and of inodes alike.
  ENOSPC: {what: 'the disk is full (no bytes or no inodes are left)', hint: DISK},
  EDQUOT: {what: 'the quota of the disk is used up', hint: DISK},
  EROFS: {what: 'the folder can be read only', hint: 'Name another folder.'},
  EACCES: {what: 'the folder may not be written', hint: 'Name another folder.'},
  EIO: {what: 'the disk does not answer', hint: 'Look at the disk, or name another folder.'},
  EMFILE: {what: 'too many files are open', hint: FILES},
  ENFILE: {what: 'too many files are open on this machine', hint: FILES},
  EAGAIN: {what: 'no more processes or threads may be started', hint: PROCESSES},
  ENOMEM: {what: 'no memory is left', hint: 'Close other programs.'},
};

/** Codes that need no further explanation, wherever they come from. */
const ANYWHERE = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

/** `the disk is full (…)`, and what to do; undefined for other errors. */
export function systemFault(error: unknown): (Fault & {readonly code: string}) | undefined {
  const {code = ''} = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  const fault = Object.hasOwn(faults, code) ? faults[code] : undefined;
  return fault === undefined || error instanceof UserError ? undefined : {...fault, code};
}

/** The same as an error for people, where it is no matter what was done. */
export function systemFaultError(error: unknown, exitCode: ExitCode): UserError | undefined {
  const fault = systemFault(error);
  if (fault === undefined || !ANYWHERE.has(fault.code)) return undefined;
  const {path} = error as NodeJS.ErrnoException;
  const where = path === undefined ? '' : `${path}: `;
  return new UserError(`${where}${fault.what} (${fault.code}).`, {
    hint: fault.hint,
    exitCode,
    cause: error,
  });
}
