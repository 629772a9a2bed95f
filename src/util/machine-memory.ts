import os from 'node:os';

/** Bytes that a process of this machine, or of the container it is in, may have. */
export function machineMemory(): number {
  // 0 where nothing limits it, and a number beyond all machines where the limit is none.
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}
