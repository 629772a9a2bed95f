import {readdir, stat} from 'node:fs/promises';
import {fullDataRoot} from '../../experiment/data-root.js';
import type {ParsedExperiment} from '../../experiment/parse.js';
import type {Experiment, LabelKeys} from '../../experiment/schema.js';
import {sliceAttributes} from '../../experiment/slices.js';
import {enumeratedFew} from '../../report/text/numbers.js';
import {messageOf} from '../../util/user-error.js';
import type {DataProblem} from '../state/snapshot.js';

/** A folder that lacks something is looked at again after this time: data may arrive deep in it. */
const AGAIN_MS = 10_000;

type Source = LabelKeys & {readonly source: Exclude<Experiment['data']['source'], 'sample'>};
type Data = {readonly attributes: readonly string[]} | {readonly problem: string};
type LookedAt = {readonly stamp: number; readonly at: number; readonly data: Data};

/** Says whether experiments can read their data, from names of files and the heads of tables alone. */
export class DataProblems {
  readonly #data: string | undefined;
  /** By layout and folder. */
  readonly #looked = new Map<string, LookedAt>();

  /** @param data Folder of the images from the command line, instead of the files'. */
  constructor(data: string | undefined) {
    this.#data = data;
  }

  /** Why the first of the experiment's combinations that cannot read its data cannot. */
  readonly of = async (
    {variants}: Pick<ParsedExperiment, 'variants'>,
    folder = this.#data,
  ): Promise<DataProblem | undefined> => {
    for (const {experiment} of variants) {
      const {source, labels, imageColumn, root} = experiment.data;
      if (source === 'sample') continue;
      const keys = {source, labels, imageColumn};
      const problem = await this.#problemOf(experiment, keys, fullDataRoot(folder ?? root));
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

  async #problemOf(
    {data: {heads}, evaluation: {slices = []}}: Experiment,
    source: Source,
    root: string,
  ): Promise<DataProblem | undefined> {
    const needed = [...new Set([...heads, ...sliceAttributes(slices)])];
    const data = await this.#look(source, root, needed);
    if ('problem' in data) return {what: 'data', text: data.problem};
    const missing = missingOf(needed, data);
    if (missing.length === 0) return undefined;
    const text = `${root} has no labels for ${enumeratedFew(missing, NAMED)}. It has ${enumeratedFew(data.attributes, NAMED)}.`;
    return {what: 'heads', text};
  }

  /** Looks again after a while where something is missing, and where the folder has changed. */
  async #look(source: Source, root: string, needed: readonly string[]): Promise<Data> {
    const stamp = await stat(root).then(
      ({mtimeMs}) => mtimeMs,
      () => Number.NaN,
    );
    const key = JSON.stringify([source, root]);
    const earlier = this.#looked.get(key);
    const now = performance.now();
    if (earlier !== undefined && Object.is(earlier.stamp, stamp)) {
      const isEnough = !('problem' in earlier.data) && missingOf(needed, earlier.data).length === 0;
      if (isEnough || now - earlier.at < AGAIN_MS) return earlier.data;
    }
    const data = await dataAt(source, root);
    this.#looked.set(key, {stamp, at: now, data});
    return data;
  }
}

function missingOf(
  needed: readonly string[],
  {attributes}: Exclude<Data, {problem: string}>,
): readonly string[] {
  return needed.filter(name => !attributes.includes(name));
}

/** Names of heads or attributes in a sentence. */
const NAMED = 3;

async function dataAt(source: Source, root: string): Promise<Data> {
  // What knows the layouts takes longer to load than the first frame.
  const {readAttributes} = await import('../../data/open-catalogue.js');
  try {
    return {attributes: await readAttributes(source, root)};
  } catch (error) {
    return {problem: messageOf(error)};
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
