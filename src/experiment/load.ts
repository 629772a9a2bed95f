import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {nearest} from '../util/nearest.js';
import {UserError} from '../util/user-error.js';
import {parseExperiment, type ParsedExperiment} from './parse.js';
import {readText} from './read-text.js';
import {mapLimited} from '../util/map-limited.js';

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
  return (await filesByName(own)).size > 0 ? own : shippedExperiments;
}

/** Every experiment of a folder, by name. */
export async function listExperiments(
  folder: string,
  overrides: readonly string[] = [],
): Promise<ListedExperiment[]> {
  return mapLimited([...(await filesByName(folder))], async ([name, file]) => {
    try {
      const parsed = parseExperiment(await readText(file), display(file), overrides);
      return {name, path: file, parsed, error: undefined};
    } catch (error) {
      return {
        name,
        path: file,
        parsed: undefined,
        error: error instanceof Error ? error : new Error(String(error)),
      };
    }
  });
}

/**
 * One experiment, by its name in the folder, by the name of a shipped one, or by the path of its
 * file.
 *
 * @throws UserError that names the nearest one where there is none of this name.
 */
export async function loadExperiment(
  nameOrPath: string,
  folder: string,
  overrides: readonly string[] = [],
): Promise<ParsedExperiment> {
  const isPath = /[/\\]|\.ya?ml$/.test(nameOrPath);
  const file = isPath ? nameOrPath : await fileNamed(nameOrPath, folder);
  return parseExperiment(await readText(file), display(file), overrides);
}

async function fileNamed(name: string, folder: string): Promise<string> {
  const shipped = await filesByName(shippedExperiments);
  const all = new Map([...shipped, ...(await filesByName(folder))]);
  const file = all.get(name);
  if (file !== undefined) return file;
  const names = [...all.keys()].sort();
  const near = nearest(name, names);
  throw new UserError(
    `${name}: no such experiment in ${folder}. Expected one of ${names.join(', ')}, or the path of a file.`,
    near === undefined ? {} : {hint: `Did you mean ${near}?`},
  );
}

/** Paths of a folder's YAML files by their names without the ending, in order. */
async function filesByName(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, {withFileTypes: true}).catch(() => []);
  // A pipe among them would be waited for; a folder is listed with its error.
  const files = entries
    .filter(({name}) => /\.ya?ml$/.test(name))
    .filter(entry => entry.isFile() || entry.isSymbolicLink() || entry.isDirectory())
    .map(({name}) => name)
    .sort();
  return new Map(files.map(file => [file.replace(/\.ya?ml$/, ''), path.join(folder, file)]));
}

/** Relative where that is shorter to read. */
function display(file: string): string {
  const relative = path.relative('.', file);
  return relative === '' || relative.startsWith('..') ? file : relative;
}
