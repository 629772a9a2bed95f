import type {Catalogue, Images} from '../catalogue.js';
import {fileBuffer, readFooter} from '../parquet/open-parquet.js';
import {readLabels, type ParquetTable} from '../parquet/read-labels.js';
import {cachedFileTable} from '../table-cache.js';
import {makeCatalogue, type Layout} from './layout.js';
import {atShard, findShards, joinShards, warnOfMissingShards} from './shards.js';
import {dataError} from './text-file.js';

const FILES = /\.parquet$/i;
/** Key of the cached tables. Changes with what is read from a file. */
const KIND = 'parquet-3';

/**
 * CelebA as it lies on Hugging Face: a row for each image, its bytes, and a column for each
 * attribute.
 */
export const parquet: Layout = {
  name: 'parquet',
  expected: 'train-00000-of-….parquet',
  recognises: tree => findShards(tree, FILES).length > 0,
  open: async (tree, context) => {
    const all = findShards(tree, FILES);
    warnOfMissingShards(all, context.onWarning);
    const tables: ParquetTable[] = [];
    for (const {file} of all) {
      context.signal.throwIfAborted();
      tables.push(await cachedFileTable(context.cacheFolder, KIND, file, () => readTable(file)));
      context.onProgress('indexing', tables.length, all.length);
    }
    const shards = all.filter((_, index) => tables[index]!.count > 0);
    const filled = tables.filter(({count}) => count > 0);
    if (filled.length === 0) {
      throw dataError(`${tree.place}: its parquet files have no rows.`, 'Download them again.');
    }
    const {table, partition} = joinShards(shards, filled);
    const at = atShard(filled.map(({count}) => count));
    const images: Images = {
      absent: new Uint32Array(),
      holders: shards.map(({file}) => file),
      locate: position => {
        const [shard, row] = at(position);
        return {kind: 'parquet', file: shards[shard]!.file, row};
      },
    };
    const readIdentities = identitiesOf(filled);
    return makeCatalogue('CelebA parquet', tree.place, table, partition, images, readIdentities);
  },
};

function identitiesOf(tables: readonly ParquetTable[]): Catalogue['readIdentities'] {
  const identities = tables.map(table => table.identities);
  return () =>
    Promise.resolve(
      identities.includes(undefined)
        ? undefined
        : Int32Array.from(identities.flatMap(people => [...(people ?? [])])),
    );
}

async function readTable(file: string): Promise<ParquetTable> {
  const buffer = fileBuffer(file);
  try {
    return await readLabels(buffer, await readFooter(buffer, file), file);
  } finally {
    buffer.close();
  }
}
