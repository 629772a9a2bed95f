import {sameItems} from '../util/same-items.js';
import {createReadStream, type Dirent} from 'node:fs';
import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import {buffer} from 'node:stream/consumers';
import {mapLimited} from '../util/map-limited.js';
import {didYouMean} from '../util/nearest.js';
import {packageFile} from '../util/package-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {MAX_CHARACTERS} from './document.js';
import {parseExperiment, type ParsedExperiment} from './parse.js';
import {ParsedCache} from './parsed-cache.js';

/** The experiments that come with the program. */
export const shippedExperiments = packageFile('experiments');

/** An experiment file; a broken one has an error instead of an experiment. */
export type ListedExperiment = {
  /** Name of the file without `.yaml`. */
  readonly name: string;
  readonly path: string;
  readonly parsed: ParsedExperiment | undefined;
  readonly error: Error | undefined;
};

/** The folder to look in: `experiments` of the working folder, else the shipped ones. */
export async function experimentsFolder(workingFolder: string): Promise<string> {
  const folder = path.join(workingFolder, 'experiments');
  return (await filesByName(folder)).size > 0 ? folder : shippedExperiments;
}

/** Every experiment of a folder, by name. */
export function listExperiments(
  folder: string,
  overrides: readonly string[] = [],
): Promise<readonly ListedExperiment[]> {
  return new ExperimentsWatcher(overrides).poll(folder);
}

/** Lists the experiments of a folder again and again; reads only the files that changed. */
export class ExperimentsWatcher {
  readonly #overrides: readonly string[];
  /** By path: what the file was like, and what was read. */
  readonly #files = new Map<string, {stamp: string; entry: ListedExperiment}>();
  #list: readonly ListedExperiment[] = [];

  constructor(overrides: readonly string[]) {
    this.#overrides = overrides;
  }

  /** Returns the experiments by name; the same array while nothing changed. */
  async poll(folder: string): Promise<readonly ListedExperiment[]> {
    let cache: ParsedCache | undefined;
    const list = await mapLimited([...(await filesByName(folder))], async ([name, file]) => {
      const stamp = await stampOf(file);
      const earlier = this.#files.get(file);
      if (earlier?.stamp === stamp) return earlier.entry;
      cache ??= new ParsedCache();
      const entry = await readListed(name, file, this.#overrides, cache);
      this.#files.set(file, {stamp, entry});
      return entry;
    });
    cache?.save();
    return (this.#list = sameItems(this.#list, list));
  }
}

/** Changes with the content of a file, and with the file that has this name. */
async function stampOf(file: string): Promise<string> {
  const {mtimeMs, size, ino} = await stat(file).catch(() => ({mtimeMs: 0, size: 0, ino: 0}));
  return [mtimeMs, size, ino].join();
}

async function readListed(
  name: string,
  file: string,
  overrides: readonly string[],
  cache: ParsedCache,
): Promise<ListedExperiment> {
  try {
    const parsed = cache.parse(await readText(file), display(file), overrides);
    return {name, path: file, parsed, error: undefined};
  } catch (error) {
    const fault = error instanceof Error ? error : new Error(String(error));
    return {name, path: file, parsed: undefined, error: fault};
  }
}

/**
 * Loads an experiment by its name in the folder (`papers/liu-2015-split` in a subfolder), by the name of a
 * shipped one, or by its path.
 *
 * @throws UserError that names the nearest experiment where none has this name.
 */
export async function loadExperiment(
  nameOrPath: string,
  folder: string,
  overrides: readonly string[] = [],
): Promise<ParsedExperiment> {
  const file = (await fileNamed(nameOrPath, folder)) ?? nameOrPath;
  return parseExperiment(await readText(file), display(file), overrides);
}

/** Returns undefined where it is the path of a file, and no name. */
async function fileNamed(name: string, folder: string): Promise<string | undefined> {
  if (/\.ya?ml$/.test(name)) return undefined;
  const shipped = await filesByName(shippedExperiments);
  const all = new Map([...shipped, ...(await filesByName(folder))]);
  const file = all.get(name);
  if (file !== undefined || /[/\\]/.test(name)) return file;
  const names = [...all.keys()].sort();
  throw new UserError(
    `${name}: there is no such experiment in ${folder}. Expected one of ${names.join(', ')}, or the path of a file.`,
    {hint: didYouMean(name, names)},
  );
}

/**
 * Paths of a folder's YAML files by their names without ending, sorted; then those of its subfolders, such
 * as `papers/liu-2015-split`.
 */
async function filesByName(folder: string): Promise<Map<string, string>> {
  const entries = await readdir(folder, {withFileTypes: true}).catch(() => []);
  const subfolders = entries.filter(entry => entry.isDirectory()).map(({name}) => name);
  const files = filesIn(folder, entries);
  for (const subfolder of subfolders.filter(name => !/\.ya?ml$|^\./.test(name)).sort()) {
    const below = path.join(folder, subfolder);
    const inside = await readdir(below, {withFileTypes: true}).catch(() => []);
    for (const [name, file] of filesIn(below, inside)) files.set(`${subfolder}/${name}`, file);
  }
  return files;
}

function filesIn(folder: string, entries: readonly Dirent[]): Map<string, string> {
  // Reading a pipe would wait; a folder is listed with its error.
  const files = entries
    .filter(({name}) => /\.ya?ml$/.test(name))
    .filter(entry => entry.isFile() || entry.isSymbolicLink() || entry.isDirectory())
    .map(({name}) => name)
    .sort();
  return new Map(files.map(file => [file.replace(/\.ya?ml$/, ''), path.join(folder, file)]));
}

/** The relative path of a file below the working folder. */
function display(file: string): string {
  const relative = path.relative('.', file);
  return relative === '' || relative.startsWith('..') ? file : relative;
}

/** A UTF-16 character takes at most three bytes of UTF-8. */
const MAX_BYTES = 3 * MAX_CHARACTERS;

/** Reads the text of a file, a pipe or a device, up to the maximum size of an experiment. */
async function readText(file: string): Promise<string> {
  // `end` is the last byte that is read.
  const bytes = await buffer(createReadStream(file, {end: MAX_BYTES})).catch((error: unknown) => {
    throw new UserError(`${file}: the file cannot be read: ${messageOf(error)}`, {cause: error});
  });
  if (bytes.length > MAX_BYTES) {
    throw new UserError(
      `${file}: the file is too long for an experiment. Expected at most ${MAX_CHARACTERS} characters; received more.`,
    );
  }
  try {
    return new TextDecoder('utf-8', {fatal: true}).decode(bytes);
  } catch (error) {
    throw new UserError(
      `${file}: the file is no text. Expected YAML in UTF-8; received other bytes.`,
      {hint: 'Save the file as UTF-8.', cause: error},
    );
  }
}
