import {statSync} from 'node:fs';
import {fsPath} from '../../util/raw-names.js';
import {indexOf} from '../index-file.js';
import {indexRecords, type RecordIndex} from '../tfrecord/index-records.js';
import {makeCatalogue, type Layout} from './layout.js';
import {findShards, joinShards, warnOfMissingShards} from './shards.js';
import {atShard} from './shard-positions.js';
import {dataError} from './text-file.js';

const FILES = /\.tfrecords?(-\d+-of-\d+)?$/;

/** CelebA as TensorFlow Datasets keeps it: records of an image and its attributes, in some files. */
export const tfrecord: Layout = {
  name: 'tfrecord',
  expected: 'celeb_a-train.tfrecord-00000-of-…',
  recognises: tree => findShards(tree, FILES).length > 0,
  open: async (tree, context) => {
    const all = findShards(tree, FILES);
    warnOfMissingShards(all, context.onWarning);
    const total = all.reduce((sum, {file}) => sum + statSync(fsPath(file)).size, 0);
    let done = 0;
    const indexes: RecordIndex[] = [];
    for (const {file} of all) {
      const build = (): Promise<RecordIndex> =>
        indexRecords(file, bytes => {
          context.signal.throwIfAborted();
          context.onProgress('indexing', done + bytes, total);
        });
      indexes.push(await indexOf(context.cacheFolder, 'tfrecord', file, build));
      done += statSync(fsPath(file)).size;
    }
    const shards = all.filter((_, index) => indexes[index]!.count > 0);
    const filled = indexes.filter(({count}) => count > 0);
    if (filled.length === 0) {
      throw dataError(`${tree.place}: its TFRecords are empty.`, 'Download them again.');
    }
    const {table, partition} = joinShards(shards, filled);
    const at = atShard(filled.map(({count}) => count));
    return makeCatalogue('CelebA TFRecords', tree.place, table, partition, {
      absent: new Uint32Array(),
      holders: shards.map(({file}) => file),
      locate: position => {
        const [shard, row] = at(position);
        const {starts, lengths, checksums} = filled[shard] as RecordIndex;
        return {
          kind: 'range',
          file: shards[shard]!.file,
          start: starts[row] as number,
          length: lengths[row] as number,
          crc32: checksums[row] as number,
        };
      },
    });
  },
};
