import {constants, copyFile, readdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {makeFolders} from '../util/safe-file.js';
import {shippedExperiments} from '../experiment/load.js';
import {ExperimentFile, MOST_NAME_CHARACTERS} from '../experiment/schema.js';
import {UserError} from '../util/user-error.js';

/** Copies the shipped experiments into `experiments/` of a folder; files that exist stay as they are. */
export async function copyExamples(
  workingFolder: string,
): Promise<readonly {readonly name: string; readonly isNew: boolean}[]> {
  const target = path.join(workingFolder, 'experiments');
  makeFolders(target);
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

/**
 * Copies an experiment file under another name, beside it; a shipped one into `experiments/` of a folder.
 *
 * @returns Path of the copy.
 * @throws UserError where a file has the name already, or where it cannot be one.
 */
export async function copyExperiment(
  file: string,
  name: string,
  workingFolder: string,
): Promise<string> {
  if (!ExperimentFile.shape.name.safeParse(name).success)
    throw new UserError(
      `${JSON.stringify(name)} is not a name of an experiment. Expected at most ${MOST_NAME_CHARACTERS} letters, digits, dots, - and _.`,
    );
  const source = await editableFile(file, workingFolder);
  const copy = path.join(path.dirname(source), `${name}.yaml`);
  const text = await readFile(source, 'utf8');
  try {
    await writeFile(copy, text.replace(/^name:.*$/m, `name: ${name}`), {flag: 'wx'});
    return copy;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UserError(`${copy} exists already. Choose another name.`);
  }
}

async function copyNew(from: string, to: string): Promise<boolean> {
  makeFolders(path.dirname(to));
  try {
    await copyFile(from, to, constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}
