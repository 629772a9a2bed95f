import {statfs} from 'node:fs/promises';
import os from 'node:os';

/** Bytes that this user may still write to the disk of a folder. */
export async function freeDiskBytes(folder: string): Promise<number> {
  const {bavail, bsize} = await statfs(folder);
  return bavail * bsize;
}

/** Whether a write failed because the disk or the user's quota is used up. */
export function isDiskFull(error: unknown): boolean {
  const {code} = error as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Bytes of memory of this machine or container. */
export function machineMemory(): number {
  // Without a limit, this is 0 or larger than any machine's memory.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}
