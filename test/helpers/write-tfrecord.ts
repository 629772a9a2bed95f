import {maskedCrc32c} from '../../src/util/crc32c.js';

/** One row of any data set that the tests write. */
export type LabelledImage = {
  readonly name: string;
  readonly bytes: Buffer;
  readonly labels: Readonly<Record<string, number>>;
};

const varint = (value: bigint | number): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 127n) | (rest > 127n ? 128 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
};
const field = (number: number, content: Buffer): Buffer =>
  Buffer.concat([varint(number * 8 + 2), varint(content.length), content]);
const feature = (name: string, value: Buffer): Buffer =>
  field(1, Buffer.concat([field(1, Buffer.from(name)), field(2, value)]));

export const bytesFeature = (name: string, value: Buffer): Buffer =>
  feature(name, field(1, field(1, value)));
/** As TensorFlow writes them: packed. */
export const numbersFeature = (name: string, ...values: number[]): Buffer =>
  feature(name, field(3, field(1, Buffer.concat(values.map(varint)))));
export const example = (...features: Buffer[]): Buffer => field(1, Buffer.concat(features));

export function record(data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeBigUInt64LE(BigInt(data.length));
  head.writeUInt32LE(maskedCrc32c(head.subarray(0, 8)), 8);
  const foot = Buffer.alloc(4);
  foot.writeUInt32LE(maskedCrc32c(data));
  return Buffer.concat([head, data, foot]);
}

/** As TensorFlow Datasets writes celeb_a, with the images' names where they are wanted. */
export function tfrecordOf(rows: readonly LabelledImage[], withNames = true): Buffer {
  return Buffer.concat(
    rows.map(({name, bytes, labels}) =>
      record(
        example(
          numbersFeature('landmarks/lefteye_x', 69),
          ...Object.entries(labels).map(([attribute, value]) =>
            numbersFeature(`attributes/${attribute}`, value),
          ),
          bytesFeature('image', bytes),
          ...(withNames ? [bytesFeature('image/filename', Buffer.from(name))] : []),
        ),
      ),
    ),
  );
}
