import {readFileSync} from 'node:fs';
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
  EDQUOT: {what: 'the disk quota is used up', hint: DISK},
  EROFS: {what: 'the disk is read-only', hint: 'Name another folder.'},
  EACCES: {what: 'the folder is not writable', hint: 'Name another folder.'},
  EIO: {what: 'the disk does not answer', hint: 'Look at the disk, or name another folder.'},
  EMFILE: {what: 'too many files are open', hint: FILES},
  ENFILE: {what: 'too many files are open on this machine', hint: FILES},
  EAGAIN: {what: 'no more processes or threads can be started', hint: PROCESSES},
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

/** What programs print of such a refusal, where they die of it before they can say it themselves. */
const SAID =
  /\b(EMFILE|ENFILE|EAGAIN|ENOSPC|EDQUOT|ENOMEM)\b|Resource temporarily unavailable|uv_thread_create|pthread_create|Cannot allocate memory/;

/** Node needs about this many open files to load a trainer. */
const FILES_TO_LOAD = 256;

/**
 * Whether Node failed to load a program for want of open files: it then skips the `package.json`
 * that it could not read, and misses a module that is there.
 */
function isLoaderStarved(log: string): boolean {
  return log.includes('ERR_MODULE_NOT_FOUND') && maxOpenFiles() < FILES_TO_LOAD;
}

/** How many files this process may have open; Infinity where the system does not tell. */
function maxOpenFiles(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * What the system refused, as the last lines of a program that died tell it.
 *
 * @returns undefined where they tell nothing of the kind.
 */
export function systemFaultIn(log: string): (Fault & {readonly code: string}) | undefined {
  const code = isLoaderStarved(log) ? 'EMFILE' : saidCode(log);
  const fault = code === undefined ? undefined : faults[code];
  return code === undefined || fault === undefined ? undefined : {...fault, code};
}

function saidCode(log: string): string | undefined {
  const match = SAID.exec(log);
  if (match === null) return undefined;
  const [words, code] = match;
  return code ?? (words.startsWith('Cannot') ? 'ENOMEM' : 'EAGAIN');
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
