import {readFile, readdir} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {UserError, messageOf} from '../util/user-error.js';
import {parseExperiment, type ParsedExperiment} from './parse.js';
import {nearest} from '../util/nearest.js';

/** The experiments that come with the program. */
export const shippedExperiments = fileURLToPath(new URL('../../experiments/', import.meta.url));

/** An experiment file, whether it can be read or not: a broken one is shown with its error. */
export type ListedExperiment = {
  /** Name of the file without `.yaml`. */
  readonly name: string;
  readonly path: string;
  readonly parsed: ParsedExperiment | undefined;
  readonly error: Error | undefined;
};

/** The folder to look in: `experiments` of the working folder, else the shipped ones. */
export async function experimentsFolder(workingFolder: string): Promise<string> {
  const own = path.join(workingFolder, 'experiments');
  return (await yamlNames(own)).length > 0 ? own : shippedExperiments;
}

/** Every experiment of a folder, by name. */
export async function listExperiments(
  folder: string,
  overrides: readonly string[] = [],
): Promise<ListedExperiment[]> {
  return Promise.all(
    (await yamlNames(folder)).map(async name => {
      const file = path.join(folder, `${name}.yaml`);
      try {
        const parsed = parseExperiment(await readFile(file, 'utf8'), display(file), overrides);
        return {name, path: file, parsed, error: undefined};
      } catch (error) {
        return {
          name,
          path: file,
          parsed: undefined,
          error: error instanceof Error ? error : new Error(String(error)),
        };
      }
    }),
  );
}

/**
 * One experiment, by its name in the folder or by the path of its file.
 *
 * @throws UserError that names the nearest one where there is none of this name.
 */
export async function loadExperiment(
  nameOrPath: string,
  folder: string,
  overrides: readonly string[] = [],
): Promise<ParsedExperiment> {
  const isPath = /[/\\]|\.ya?ml$/.test(nameOrPath);
  const names = await yamlNames(folder);
  if (!isPath && !names.includes(nameOrPath)) {
    const near = nearest(nameOrPath, names);
    throw new UserError(
      `${nameOrPath}: no such experiment in ${folder}. Expected one of ${names.join(', ')}, or the path of a file.`,
      near === undefined ? {} : {hint: `Did you mean ${near}?`},
    );
  }
  const file = isPath ? nameOrPath : path.join(folder, `${nameOrPath}.yaml`);
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(`${file}: the file cannot be read: ${messageOf(error)}`, {cause: error});
  }
  return parseExperiment(text, display(file), overrides);
}

async function yamlNames(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names
      .filter(name => name.endsWith('.yaml'))
      .map(name => name.slice(0, -'.yaml'.length))
      .sort();
  } catch {
    return [];
  }
}

/** Relative where that is shorter to read. */
function display(file: string): string {
  const relative = path.relative('.', file);
  return relative.startsWith('..') ? file : relative;
}
