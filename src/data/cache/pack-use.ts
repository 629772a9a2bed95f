import {randomBytes} from 'node:crypto';
import {readdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';

const ENDING = '.using';

/**
 * Says that this process uses a pack, until it is released: a file beside it with the process's id,
 * which counts no longer once that process is gone.
 */
export async function holdPack(file: string): Promise<() => Promise<void>> {
  const marker = `${file}.${process.pid}-${randomBytes(4).toString('hex')}${ENDING}`;
  await writeFile(marker, '');
  return () => rm(marker, {force: true}).catch(() => {});
}

/** The packs of a folder that a running process uses. Removes what gone processes left. */
export async function packsInUse(folder: string): Promise<ReadonlySet<string>> {
  const used = new Set<string>();
  for (const name of await readdir(folder).catch(() => [])) {
    const [, pack, pid] = /^(.*\.pack)\.(\d+)-[0-9a-f]+\.using$/.exec(name) ?? [];
    if (pack === undefined) continue;
    if (isRunning(Number(pid))) used.add(path.join(folder, pack));
    else await rm(path.join(folder, name), {force: true}).catch(() => {});
  }
  return used;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // One of another user may not be asked.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
