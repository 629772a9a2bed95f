import {readdirSync, readFileSync} from 'node:fs';

/** NaN for a process that is gone. */
export function openFiles(pid: number): number {
  try {
    return readdirSync(`/proc/${pid}/fd`).length;
  } catch {
    return Number.NaN;
  }
}

/** Resident memory in MB; NaN for a process that is gone. */
export function residentMb(pid: number): number {
  try {
    const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes) / 1024;
  } catch {
    return Number.NaN;
  }
}

/** `12 to 14`, or `not measured` where nothing was. */
export function spread(numbers: readonly number[]): string {
  const known = numbers.filter(Number.isFinite);
  return known.length === 0 ? 'not measured' : `${Math.min(...known)} to ${Math.max(...known)}`;
}
