import type {Images} from '../catalogue.js';
import {indexOf} from '../index-file.js';
import {fileBuffer, readFooter} from '../parquet/open-parquet.js';
import {readLabels, type ParquetTable} from '../parquet/read-labels.js';
import {makeCatalogue, type Layout} from './layout.js';
import {atShard} from './shard-positions.js';
import {findShards, joinShards, warnOfMissingShards} from './shards.js';
import {dataError} from './text-file.js';

const FILES = /\.parquet$/i;
/** Of the index. Changes with what is read from a file. */
const KIND = 'parquet-2';

type ParquetIndex = ParquetTable & {
  /** Of each row group. */
  readonly rows: readonly number[];
};

/** CelebA as it lies on Hugging Face: a row for each image, its bytes, and a column for each attribute. */
export const parquet: Layout = {
  name: 'parquet',
  expected: 'train-00000-of-….parquet',
  recognises: tree => findShards(tree, FILES).length > 0,
  open: async (tree, context) => {
    const all = findShards(tree, FILES);
    warnOfMissingShards(all, context.onWarning);
    const indexes: ParquetIndex[] = [];
    for (const {file} of all) {
      context.signal.throwIfAborted();
      indexes.push(await indexOf(context.cacheFolder, KIND, file, () => indexParquet(file)));
      context.onProgress('indexing', indexes.length, all.length);
    }
    const shards = all.filter((_, index) => indexes[index]!.count > 0);
    const filled = indexes.filter(({count}) => count > 0);
    if (filled.length === 0) {
      throw dataError(`${tree.place}: its parquet files have no rows.`, 'Download them again.');
    }
    const {table, partition} = joinShards(shards, filled);
    const atFile = atShard(filled.map(({count}) => count));
    const atGroup = filled.map(({rows}) => atShard(rows));
    const identities = filled.map(one => one.identities);
    const readIdentities = (): Promise<Int32Array | undefined> =>
      Promise.resolve(
        identities.includes(undefined)
          ? undefined
          : Int32Array.from(identities.flatMap(ids => [...(ids ?? [])])),
      );
    const images: Images = {
      absent: new Uint32Array(),
      holders: shards.map(({file}) => file),
      locate: position => {
        const [shard, fileRow] = atFile(position);
        const [group, row] = atGroup[shard]!(fileRow);
        return {kind: 'parquet', file: shards[shard]!.file, group, row};
      },
    };
    return makeCatalogue('CelebA parquet', tree.place, table, partition, images, readIdentities);
  },
};

async function indexParquet(file: string): Promise<ParquetIndex> {
  const buffer = fileBuffer(file);
  try {
    const metadata = await readFooter(buffer, file);
    const table = await readLabels(buffer, metadata, file);
    return {...table, rows: metadata.row_groups.map(group => Number(group.num_rows))};
  } finally {
    buffer.close();
  }
}
