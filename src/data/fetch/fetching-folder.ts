import {lstat, mkdir, readdir, realpath, rm} from 'node:fs/promises';
import path from 'node:path';
import {readFileWithin, makeFolders} from '../../util/safe-file.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {unfinishedOf, writeAtomic} from '../../util/write-atomic.js';
import {partitions} from '../catalogue.js';
import {dataError} from '../layouts/text-file.js';
import {type FetchedGroup, IMAGES} from './fetched-group.js';

/** Marks the folder of an unfinished fetch; removed when the data set is complete. */
const MARK = '.celeba-tui-fetching';
const MARK_TEXT = 'Files of an unfinished celeba-tui data fetch.\n';
const PLAN = 'plan.json';
/** A plan that lists a hundred thousand files is shorter. */
const MAX_PLAN_BYTES = 100_000_000;
export const GROUPS = 'groups';
const ATTRIBUTES = 'list_attr_celeba.txt';
const PARTITION = 'list_eval_partition.txt';
const IDENTITY = 'identity_CelebA.txt';
const LABEL_FILES: readonly string[] = [ATTRIBUTES, PARTITION, IDENTITY];
/** Everything that a fetch makes. */
const CONTENTS: readonly string[] = [MARK, PLAN, GROUPS, IMAGES, ...LABEL_FILES];

/**
 * The folder that a data set becomes. For a link, that is the folder that it leads to.
 *
 * @throws UserError where the link leads nowhere.
 */
export async function realTarget(target: string): Promise<string> {
  const stats = await lstat(target).catch(() => undefined);
  if (stats?.isSymbolicLink() !== true) return path.resolve(target);
  try {
    return await realpath(target);
  } catch (error) {
    throw new UserError(`${target}: broken link: ${messageOf(error)}.`, {
      hint: 'Create the folder that it leads to, or name another one with --data DIR.',
      cause: error,
    });
  }
}

/**
 * Opens the folder in which a data set is put together: a new one, or one that an earlier start
 * with the same plan has left. Files of an earlier start with another plan are removed.
 *
 * @param plan Everything on which the contents depend.
 * @throws UserError where the folder is not one of a fetch; nothing in it is touched.
 */
export async function openFetchingFolder(folder: string, plan: string): Promise<void> {
  await markFolder(folder);
  const before = await readFileWithin(path.join(folder, PLAN), MAX_PLAN_BYTES).catch(() => '');
  if (before.toString() !== plan) {
    for (const name of CONTENTS) {
      if (name !== MARK) await rm(path.join(folder, name), {recursive: true, force: true});
    }
    await writeAtomic(path.join(folder, PLAN), plan);
  }
  for (const name of [GROUPS, IMAGES]) {
    const inner = path.join(folder, name);
    makeFolders(inner);
    if (!(await lstat(inner)).isDirectory()) throw notOurs(inner, 'it is a link');
  }
}

/** Removes the files that only an unfinished fetch needs. */
export async function unmarkFolder(folder: string): Promise<void> {
  for (const name of [GROUPS, PLAN, MARK]) {
    await rm(path.join(folder, name), {recursive: true, force: true});
  }
}

async function markFolder(folder: string): Promise<void> {
  const mark = path.join(folder, MARK);
  const stats = await lstat(folder).catch(() => undefined);
  if (stats === undefined) await mkdir(folder);
  else if (!stats.isDirectory()) throw notOurs(folder, 'it is not a folder');
  const names = await readdir(folder);
  if (names.length > 0) {
    const text = await readFileWithin(mark, MARK_TEXT.length).catch(() => '');
    if (text.toString() !== MARK_TEXT) throw notOurs(folder, `it has no ${MARK}`);
    // A killed process leaves unfinished files.
    const foreign = names.find(name => !CONTENTS.includes(unfinishedOf(name) ?? name));
    if (foreign !== undefined) throw notOurs(folder, `it holds ${foreign}`);
    return;
  }
  await writeAtomic(mark, MARK_TEXT);
}

function notOurs(folder: string, why: string): UserError {
  return new UserError(`${folder}: it is not from celeba-tui data fetch: ${why}.`, {
    hint: 'Move it away, or name another folder with --data DIR.',
  });
}

/**
 * Writes CelebA's own text files for what was fetched. @throws UserError where two images share a
 * name.
 */
export async function writeLabelFiles(
  folder: string,
  groups: readonly FetchedGroup[],
): Promise<void> {
  const attributes = groups[0]?.attributes ?? [];
  const names = groups.flatMap(group => group.names);
  if (names.length === 0) throw dataError('There is nothing to fetch.', 'Ask for more.');
  const isOther = groups.some(group => group.attributes.join() !== attributes.join());
  if (isOther || new Set(names).size !== names.length) {
    throw dataError(
      `${isOther ? 'Two files have different attributes' : 'Two images have the same name'}. Expected one data set.`,
      'Fetch a single part with --split.',
    );
  }
  const write = (file: string, head: readonly string[], valueOf: ValueOf): Promise<void> => {
    const rows = groups.flatMap(group =>
      group.names.map((name, row) => `${name} ${valueOf(group, row)}\n`),
    );
    return writeAtomic(path.join(folder, file), [...head, ...rows].join(''));
  };
  await write(ATTRIBUTES, [`${names.length}\n${attributes.join(' ')}\n`], ({labels}, row) =>
    [...(labels[row] ?? '')].map(label => (label === '1' ? ' 1' : '-1')).join(' '),
  );
  await write(PARTITION, [], ({part}) => partitions[part]);
  if (groups.some(({identities}) => identities === undefined)) return;
  await write(IDENTITY, [], ({identities}, row) => identities?.[row] ?? -1);
}

type ValueOf = (group: FetchedGroup, row: number) => string | number;
