import {readFileSync} from 'node:fs';

type Fault = {readonly what: string; readonly hint: string};
type CodedFault = Fault & {readonly code: string};

const FILES = 'Allow more of them (ulimit -n 1024), or close other programs.';
const DISK = 'Make room there, or name another folder.';
const PROCESSES = 'Allow more processes (ulimit -u), or close other programs.';

const faults: Readonly<Record<string, Fault>> = {
  // The system reports missing bytes and missing inodes alike.
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

/** Codes with the same meaning wherever they occur. */
const ANYWHERE = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EAGAIN', 'ENOMEM']);

/** `the disk is full (…)` with a hint; undefined for other errors. */
export function systemFault(error: unknown): CodedFault | undefined {
  return error instanceof Error ? faultOf((error as NodeJS.ErrnoException).code) : undefined;
}

/** As `systemFault`, only for errors with the same meaning wherever they occur. */
export function resourceFault(error: unknown): CodedFault | undefined {
  const fault = systemFault(error);
  return fault !== undefined && ANYWHERE.has(fault.code) ? fault : undefined;
}

function faultOf(code = ''): CodedFault | undefined {
  const fault = Object.hasOwn(faults, code) ? faults[code] : undefined;
  return fault && {...fault, code};
}

/** What programs print when such an error ends them. */
const SAID =
  /\b(EMFILE|ENFILE|EAGAIN|ENOSPC|EDQUOT|ENOMEM)\b|Resource temporarily unavailable|uv_thread_create|pthread_create|Cannot allocate memory/;

/** Number of open files that Node needs to load a trainer. */
const FILES_TO_LOAD = 256;

/**
 * Whether Node failed to load a program because too many files were open: it then skips an unreadable
 * `package.json` and misses an existing module.
 */
function isLoaderStarved(log: string): boolean {
  return log.includes('ERR_MODULE_NOT_FOUND') && maxOpenFiles() < FILES_TO_LOAD;
}

/** Maximum number of open files of this process; Infinity where the system does not say. */
function maxOpenFiles(): number {
  try {
    const limits = readFileSync('/proc/self/limits', 'utf8');
    return Number(/^Max open files\s+(\d+)/m.exec(limits)?.[1] ?? Number.POSITIVE_INFINITY);
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}

/**
 * Finds the error of the system in the last lines of a program that died.
 *
 * @returns undefined where there is none.
 */
export function systemFaultIn(log: string): CodedFault | undefined {
  return faultOf(isLoaderStarved(log) ? 'EMFILE' : saidCode(log));
}

function saidCode(log: string): string | undefined {
  const match = SAID.exec(log);
  if (match === null) return undefined;
  const [words, code] = match;
  return code ?? (words.startsWith('Cannot') ? 'ENOMEM' : 'EAGAIN');
}
