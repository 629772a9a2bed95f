import {readdir, stat} from 'node:fs/promises';
import {fullDataRoot} from '../../experiment/data-root.js';
import type {ParsedExperiment} from '../../experiment/parse.js';
import {messageOf} from '../../util/user-error.js';

/** A folder without data is looked at again after this time: data may arrive deep in it. */
const AGAIN_MS = 10_000;

type Looked = {readonly stamp: number; readonly at: number; readonly problem: string | undefined};

/** Says whether experiments can read their data, from names of files alone. */
export class DataProblems {
  readonly #data: string | undefined;
  /** By layout and folder. */
  readonly #looked = new Map<string, Looked>();

  /** @param data Folder of the images from the command line, instead of the files'. */
  constructor(data: string | undefined) {
    this.#data = data;
  }

  /** Why the first of the experiment's combinations that cannot read its data cannot. */
  readonly of = async (
    {variants}: Pick<ParsedExperiment, 'variants'>,
    folder = this.#data,
  ): Promise<string | undefined> => {
    for (const {experiment} of variants) {
      const {source, root} = experiment.data;
      const problem = await this.#look(source, fullDataRoot(folder ?? root));
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

  async #look(source: Parameters<typeof problemOf>[0], root: string): Promise<string | undefined> {
    if (source === 'sample') return undefined;
    const stamp = await stat(root).then(
      ({mtimeMs}) => mtimeMs,
      () => Number.NaN,
    );
    const key = `${source} ${root}`;
    const earlier = this.#looked.get(key);
    const now = performance.now();
    const isRecent = earlier !== undefined && Object.is(earlier.stamp, stamp);
    if (isRecent && (earlier.problem === undefined || now - earlier.at < AGAIN_MS))
      return earlier.problem;
    const problem = await problemOf(source, root);
    this.#looked.set(key, {stamp, at: now, problem});
    return problem;
  }
}

async function problemOf(
  source: ParsedExperiment['variants'][number]['experiment']['data']['source'],
  root: string,
): Promise<string | undefined> {
  // What knows the layouts takes longer to load than the first frame.
  const {assertData} = await import('../../data/open-catalogue.js');
  try {
    await assertData(source, root);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

/** Names of the folders, which end with `/`, and of the zips in a folder; hidden ones are left out. */
export async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, {withFileTypes: true});
  const names = await Promise.all(
    entries
      .filter(({name}) => !name.startsWith('.'))
      .map(async entry => {
        const isLink = entry.isSymbolicLink();
        const kind = isLink ? await stat(`${folder}/${entry.name}`).catch(() => entry) : entry;
        if (kind.isDirectory()) return [`${entry.name}/`];
        return kind.isFile() && /\.zip$/i.test(entry.name) ? [entry.name] : [];
      }),
  );
  return names.flat().sort();
}
