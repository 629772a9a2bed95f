import {crc32} from 'node:zlib';
import {LabelBytes, assertNotTooMany} from '../layouts/label-rows.js';
import type {ShardTable} from '../layouts/shards.js';
import {dataError} from '../layouts/text-file.js';
import {readExample, type Example} from './example.js';
import {readRecords} from './records.js';
import {WireError} from './wire.js';

/** What a file of records holds, and where its images are. */
export type RecordIndex = ShardTable & {
  readonly starts: Float64Array;
  readonly lengths: Uint32Array;
  /** CRC-32 of each image's bytes. */
  readonly checksums: Uint32Array;
};

/**
 * Reads every record of a file once.
 *
 * @param onBytes After each record, with the place that was reached.
 * @throws UserError where a record is damaged or holds something else.
 */
export async function indexRecords(
  file: string,
  onBytes: (done: number) => void,
): Promise<RecordIndex> {
  const labels = new LabelBytes(0);
  const names: string[] = [];
  const starts: number[] = [];
  const lengths: number[] = [];
  const checksums: number[] = [];
  let attributes: readonly string[] | undefined;
  for await (const {bytes, start} of readRecords(file)) {
    const wrong = (what: string): Error =>
      dataError(
        `${file}: record ${starts.length + 1} is no image with labels: ${what}.`,
        'Expected records as TensorFlow Datasets writes them for celeb_a: image, attributes/Male, …',
      );
    const example = exampleOf(bytes, wrong);
    attributes ??= [...example.labels.keys()].sort();
    const {image, fileName} = example;
    if (image === undefined || attributes.length === 0) {
      throw wrong(`received the features ${example.names.slice(0, 6).join(', ') || 'none'}`);
    }
    for (const attribute of attributes) labels.push(labelOf(example, attribute, wrong));
    if (example.labels.size !== attributes.length) throw wrong('it has other attributes');
    names.push(fileName?.replace(/^.*[\\/]/, '') ?? '');
    starts.push(start + image[0]);
    lengths.push(image[1] - image[0]);
    checksums.push(crc32(bytes.subarray(...image)));
    assertNotTooMany(starts.length, attributes.length, file);
    onBytes(start + bytes.length);
  }
  return {
    attributes: attributes ?? [],
    count: starts.length,
    names: names.includes('') ? undefined : names,
    labels: labels.values(),
    starts: Float64Array.from(starts),
    lengths: Uint32Array.from(lengths),
    checksums: Uint32Array.from(checksums),
  };
}

function exampleOf(bytes: Buffer, wrong: (what: string) => Error): Example {
  try {
    return readExample(bytes);
  } catch (error) {
    if (error instanceof WireError) throw wrong(error.message);
    throw error;
  }
}

function labelOf({labels}: Example, attribute: string, wrong: (what: string) => Error): number {
  const value = labels.get(attribute);
  if (value === 1) return 1;
  if (value === 0 || value === -1) return 0;
  throw wrong(`attributes/${attribute} is ${value ?? 'missing'}; expected 0 or 1`);
}
