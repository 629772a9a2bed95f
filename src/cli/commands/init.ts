import {copyFile, constants, mkdir, readdir} from 'node:fs/promises';
import path from 'node:path';
import type {Streams} from '../../app/streams.js';
import type {ExitCode} from '../../util/exit-codes.js';
import type {AddCommand} from '../command.js';

export const addInit: AddCommand = (parent, toAction) => {
  parent
    .command('init')
    .description('copy the example experiments into ./experiments')
    .action(toAction(context => copyExperiments(process.cwd(), context)));
};

/** Copies the shipped experiments into `experiments/` and keeps files that exist. */
async function copyExperiments(workingFolder: string, {stdout}: Streams): Promise<ExitCode> {
  const {shippedExperiments} = await import('../../experiment/load.js');
  const target = path.join(workingFolder, 'experiments');
  await mkdir(target, {recursive: true});
  for (const name of (await readdir(shippedExperiments)).sort()) {
    const isNew = await copyNew(path.join(shippedExperiments, name), path.join(target, name));
    stdout.write(`${isNew ? 'made ' : 'kept '} experiments/${name}\n`);
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
