import {statSync} from 'node:fs';
import {setImmediate as yieldToOthers} from 'node:timers/promises';
import {fsPath} from '../../util/raw-names.js';
import {messageOf} from '../../util/user-error.js';
import {cachedFileTable} from '../table-cache.js';
import {readExample} from '../tfrecord/example.js';
import {RecordReader} from '../tfrecord/records.js';
import {assertNotTooMany, LabelBytes, labelOf} from './label-rows.js';
import {makeCatalogue, type Layout} from './layout.js';
import {atShard, findShards, joinShards, warnOfMissingShards, type ShardTable} from './shards.js';
import {dataError} from './text-file.js';

const FILES = /\.tfrecords?(-\d+-of-\d+)?$/;
/** Records that are read before other work can run. */
const AT_ONCE = 500;

/**
 * CelebA as TensorFlow Datasets keeps it: records of an image and its attributes, in some files.
 */
export const tfrecord: Layout = {
  name: 'tfrecord',
  expected: 'celeb_a-train.tfrecord-00000-of-…',
  recognises: tree => findShards(tree, FILES).length > 0,
  open: async (tree, context) => {
    const all = findShards(tree, FILES);
    warnOfMissingShards(all, context.onWarning);
    const sizes = all.map(({file}) => statSync(fsPath(file)).size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    let done = 0;
    const tables: ShardTable[] = [];
    for (const [index, {file}] of all.entries()) {
      const build = (): Promise<ShardTable> =>
        readTable(file, bytes => {
          context.signal.throwIfAborted();
          context.onProgress('indexing', done + bytes, total);
        });
      tables.push(await cachedFileTable(context.cacheFolder, 'tfrecord-2', file, build));
      done += sizes[index] ?? 0;
    }
    const shards = all.filter((_, index) => tables[index]!.count > 0);
    const filled = tables.filter(({count}) => count > 0);
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
        return {kind: 'record', file: shards[shard]!.file, row};
      },
    });
  },
};

/**
 * Reads names and labels of a file, record by record.
 *
 * @param onBytes After some records, with the bytes that were read.
 * @throws UserError where a record is damaged or holds something else.
 */
async function readTable(file: string, onBytes: (done: number) => void): Promise<ShardTable> {
  const reader = new RecordReader(file);
  const rows = new ExampleRows(file);
  try {
    for (let record = nextRecord(reader, file); record; record = nextRecord(reader, file)) {
      rows.add(record);
      onBytes(reader.position);
      if (rows.count % AT_ONCE === 0) await yieldToOthers();
    }
    return rows.table();
  } finally {
    reader.close();
  }
}

function nextRecord(reader: RecordReader, file: string): Buffer | undefined {
  try {
    return reader.next();
  } catch (error) {
    throw dataError(`${file}: ${messageOf(error)}.`, 'Download it again.', error);
  }
}

/** Names and labels of the examples in one file. */
class ExampleRows {
  readonly #file: string;
  readonly #labels = new LabelBytes(0);
  readonly #names: string[] = [];
  #attributes: readonly string[] | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  get count(): number {
    return this.#names.length;
  }

  add(record: Buffer): void {
    const {image, fileName, labels, names} = this.#example(record);
    this.#attributes ??= [...labels.keys()].sort();
    const attributes = this.#attributes;
    if (image === undefined || attributes.length === 0) {
      throw this.#wrong(`received the features ${names.slice(0, 6).join(', ') || 'none'}`);
    }
    if (labels.size !== attributes.length) throw this.#wrong('it has other attributes');
    for (const attribute of attributes) {
      const label = labelOf(labels.get(attribute));
      if (label === undefined) {
        const value = labels.get(attribute) ?? 'missing';
        throw this.#wrong(`attributes/${attribute} is ${value}; expected 0 or 1`);
      }
      this.#labels.push(label);
    }
    this.#names.push(fileName?.replace(/^.*[\\/]/, '') ?? '');
    assertNotTooMany(this.count, attributes.length, this.#file);
  }

  table(): ShardTable {
    return {
      attributes: this.#attributes ?? [],
      count: this.count,
      names: this.#names.includes('') ? undefined : this.#names,
      labels: this.#labels.values(),
    };
  }

  #example(record: Buffer): ReturnType<typeof readExample> {
    try {
      return readExample(record);
    } catch (error) {
      throw this.#wrong(messageOf(error));
    }
  }

  #wrong(what: string): Error {
    return dataError(
      `${this.#file}: record ${this.count + 1} is not an image with labels: ${what}.`,
      'Expected records as TensorFlow Datasets writes them for celeb_a: image, attributes/Male, …',
    );
  }
}
