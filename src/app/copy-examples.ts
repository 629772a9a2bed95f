import {constants, copyFile, readdir} from 'node:fs/promises';
import path from 'node:path';
import {makeFolders} from '../util/safe-file.js';
import {shippedExperiments} from '../experiment/load.js';

/** Copies the shipped experiments into `experiments/` of a folder; files that exist stay as they are. */
export async function copyExamples(
  workingFolder: string,
): Promise<readonly {readonly name: string; readonly isNew: boolean}[]> {
  const target = path.join(workingFolder, 'experiments');
  await makeFolders(target);
  const entries = await readdir(shippedExperiments, {withFileTypes: true, recursive: true});
  const names = entries
    .filter(entry => entry.isFile())
    .map(({parentPath, name}) => path.relative(shippedExperiments, path.join(parentPath, name)))
    .sort();
  return Promise.all(
    names.map(async name => ({
      name,
      isNew: await copyNew(path.join(shippedExperiments, name), path.join(target, name)),
    })),
  );
}

/**
 * The file to edit for an experiment: a shipped one belongs to the program, so that the examples are
 * copied first.
 */
export async function editableFile(file: string, workingFolder: string): Promise<string> {
  if (path.relative(shippedExperiments, file).startsWith('..')) return file;
  await copyExamples(workingFolder);
  return path.join(workingFolder, 'experiments', path.relative(shippedExperiments, file));
}

async function copyNew(from: string, to: string): Promise<boolean> {
  await makeFolders(path.dirname(to));
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
