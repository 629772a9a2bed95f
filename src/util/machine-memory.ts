import os from 'node:os';

/** Bytes of memory of this machine or container. */
export function machineMemory(): number {
  // Without a limit, this is 0 or larger than any machine's memory.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}
