import {setImmediate as yieldToOthers} from 'node:timers/promises';
import {messageOf} from '../../util/user-error.js';
import {readExample} from '../tfrecord/example.js';
import {RecordReader} from '../tfrecord/records.js';
import {assertNotTooMany, labelOf} from './label-rows.js';
import {shardLayout, type ShardTable} from './shards.js';
import {baseName} from './image-names.js';
import {dataError} from './text-file.js';

/** Records that are read before other work can run. */
const AT_ONCE = 500;

/**
 * CelebA as TensorFlow Datasets keeps it: records of an image and its attributes, in some files.
 */
export const tfrecord = shardLayout({
  name: 'tfrecord',
  expected: 'celeb_a-train.tfrecord-00000-of-…',
  title: 'CelebA TFRecords',
  pattern: /\.tfrecords?(-\d+-of-\d+)?$/,
  rowKind: 'record',
  version: 'tfrecord-2',
  readAttributes: file => {
    const reader = new RecordReader(file);
    try {
      const record = nextRecord(reader, file);
      return Promise.resolve(
        record ? readRow(record, undefined, `${file}: record 1`).attributes : [],
      );
    } finally {
      reader.close();
    }
  },
  readTable,
});

/** @throws UserError where a record is damaged or holds something else. */
async function readTable(file: string, onBytes: (bytes: number) => void): Promise<ShardTable> {
  const reader = new RecordReader(file);
  let attributes: readonly string[] | undefined;
  const names: string[] = [];
  const labels: Buffer[] = [];
  try {
    for (let record = nextRecord(reader, file); record; record = nextRecord(reader, file)) {
      const row = readRow(record, attributes, `${file}: record ${names.length + 1}`);
      attributes ??= row.attributes;
      names.push(row.name);
      labels.push(row.labels);
      assertNotTooMany(names.length, attributes.length, file);
      onBytes(reader.position);
      if (names.length % AT_ONCE === 0) await yieldToOthers();
    }
  } finally {
    reader.close();
  }
  return {
    attributes: attributes ?? [],
    count: names.length,
    names: names.includes('') ? undefined : names,
    labels: new Uint8Array(Buffer.concat(labels)),
  };
}

function nextRecord(reader: RecordReader, file: string): Buffer | undefined {
  try {
    return reader.next();
  } catch (error) {
    throw dataError(`${file}: ${messageOf(error)}.`, 'Download it again.', error);
  }
}

type Row = {
  readonly attributes: readonly string[];
  readonly name: string;
  readonly labels: Buffer;
};

/** @param expected Attributes of the first record; undefined for that record itself. */
function readRow(record: Buffer, expected: readonly string[] | undefined, where: string): Row {
  try {
    const {image, fileName = '', labels: values, names} = readExample(record);
    const attributes = expected ?? [...values.keys()].sort();
    if (image === undefined || attributes.length === 0) {
      throw new Error(`received the features ${names.slice(0, 6).join(', ') || 'none'}`);
    }
    if (values.size !== attributes.length) throw new Error('it has other attributes');
    const labels = attributes.map(attribute => {
      const value = values.get(attribute);
      const label = labelOf(value);
      if (label !== undefined) return label;
      throw new Error(`attributes/${attribute} is ${value ?? 'missing'}; expected 0 or 1`);
    });
    return {attributes, name: baseName(fileName), labels: Buffer.from(labels)};
  } catch (error) {
    throw dataError(
      `${where} is not an image with labels: ${messageOf(error)}.`,
      'Expected records as TensorFlow Datasets writes them for celeb_a: image, attributes/Male, …',
    );
  }
}
