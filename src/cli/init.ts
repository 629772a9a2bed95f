import {copyFile, constants, mkdir, readdir} from 'node:fs/promises';
import path from 'node:path';
import {shippedExperiments} from '../experiment/load.js';
import type {ExitCode} from '../util/exit-codes.js';
import type {Streams} from '../app/streams.js';

/** Copies the shipped experiments into `experiments` of a folder; what is there stays. */
export async function runInit(workingFolder: string, {stdout}: Streams): Promise<ExitCode> {
  const target = path.join(workingFolder, 'experiments');
  await mkdir(target, {recursive: true});
  for (const name of (await readdir(shippedExperiments)).sort()) {
    const made = await copyNew(path.join(shippedExperiments, name), path.join(target, name));
    stdout.write(`${made ? 'made ' : 'kept '} experiments/${name}\n`);
  }
  return 0;
}

async function copyNew(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
