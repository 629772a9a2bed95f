import path from 'node:path';
import {writeAtomic} from '../../util/write-atomic.js';
import {partitions} from '../catalogue.js';
import {dataError} from '../layouts/text-file.js';
import type {FetchedGroup} from './fetched-group.js';

const ATTRIBUTES = 'list_attr_celeba.txt';
const PARTITION = 'list_eval_partition.txt';
const IDENTITY = 'identity_CelebA.txt';
export const LABEL_FILES: readonly string[] = [ATTRIBUTES, PARTITION, IDENTITY];

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
  const rows = groups.flatMap(group =>
    group.names.map((name, row) => {
      const cells = [...(group.labels[row] ?? '')].map(label => (label === '1' ? ' 1' : '-1'));
      return `${name} ${cells.join(' ')}`;
    }),
  );
  const lines = (all: readonly string[]): string => `${all.join('\n')}\n`;
  await writeAtomic(
    path.join(folder, ATTRIBUTES),
    lines([String(rows.length), attributes.join(' '), ...rows]),
  );
  await writeAtomic(
    path.join(folder, PARTITION),
    lines(groups.flatMap(group => group.names.map(name => `${name} ${partitions[group.part]}`))),
  );
  if (groups.some(group => group.identities === undefined)) return;
  await writeAtomic(
    path.join(folder, IDENTITY),
    lines(
      groups.flatMap(group => group.names.map((name, row) => `${name} ${group.identities?.[row]}`)),
    ),
  );
}
