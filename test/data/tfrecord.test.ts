import {mkdirSync, readFileSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import type {Catalogue} from '../../src/data/catalogue.js';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {readExample} from '../../src/data/tfrecord/example.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {
  bytesFeature,
  example,
  numbersFeature,
  record,
  tfrecordOf,
  type LabelledImage,
} from '../helpers/write-tfrecord.js';

const rows: readonly LabelledImage[] = ['a', 'b', 'c', 'd'].map((name, index) => ({
  name: `${name}.jpg`,
  bytes: Buffer.from(`image ${name}`.repeat(20)),
  labels: {Male: index % 2, Smiling: index > 1 ? 1 : 0},
}));

let root: string;
let warnings: string[];
let context: ReturnType<typeof quietContext>;
beforeEach(() => {
  root = temporaryFolder();
  warnings = [];
  context = quietContext(warnings);
});

const put = (name: string, content: Buffer): void => {
  mkdirSync(path.dirname(path.join(root, name)), {recursive: true});
  writeFileSync(path.join(root, name), content);
};
const open = (source: 'auto' | 'tfrecord' = 'auto'): Promise<Catalogue> =>
  openCatalogue({source}, {...context, root});

describe('a tf.Example', () => {
  const image = bytesFeature('image', Buffer.of(1));

  it('has numbers with their signs', () => {
    const packed = [-1, 0, 1].map((value, index) => numbersFeature(`attributes/${index}`, value));
    expect(Object.fromEntries(readExample(example(...packed, image)).labels)).toEqual({
      '0': -1,
      '1': 0,
      '2': 1,
    });
  });

  it('never makes more than ten thousand features, however long it is', () => {
    expect(() => readExample(example(...new Array<Buffer>(10_001).fill(image)))).toThrow(
      'more than 10000 features',
    );
  });

  it.each([
    ['a number that does not end', '80'],
    ['a length beyond the message', '0a05ff'],
    ['a negative length', '0affffffffffffffffff01'],
    ['a group that does not end', '0b'],
    ['a field without a number', '0001'],
  ])('is refused for %s', (_what, hex) => {
    expect(() => readExample(Buffer.from(hex, 'hex'))).toThrow();
  });
});

describe('TFRecords', () => {
  it('in several files are one data set with its parts, in the order of the parts', async () => {
    put('celeb_a-test.tfrecord-00000-of-00001', tfrecordOf(rows.slice(3)));
    put('celeb_a-train.tfrecord-00001-of-00002', tfrecordOf(rows.slice(1, 2)));
    put('celeb_a-train.tfrecord-00000-of-00002', tfrecordOf(rows.slice(0, 1)));
    put('celeb_a-validation.tfrecord-00000-of-00001', tfrecordOf(rows.slice(2, 3)));
    const catalogue = await open();
    expect(catalogue).toMatchObject({
      layout: 'CelebA TFRecords',
      attributes: ['Male', 'Smiling'],
      files: ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'],
      labels: Uint8Array.of(0, 0, 1, 0, 0, 1, 1, 1),
      partition: Uint8Array.of(0, 0, 1, 2),
    });
    for (const [position, {bytes}] of rows.entries())
      expect(await catalogue.readImage(position)).toEqual(bytes);
    expect(warnings.join()).not.toContain('missing');
  });

  it('without names give the images numbers, and are found where their tools put them', async () => {
    put('celeb_a/2.1.0/celeb_a-train.tfrecord-00000-of-00002', tfrecordOf(rows, false));
    const {files, partition} = await open('tfrecord');
    expect(files[3]).toBe('train-000004.jpg');
    expect(partition).toEqual(new Uint8Array(4));
    expect(warnings.join()).toContain('1 of its 2 files are missing');
  });

  it('are read once, and again when they change', async () => {
    put('x-train.tfrecord', tfrecordOf(rows));
    const first = await open();
    const reached: number[] = [];
    context = {...context, onProgress: (_what, done) => reached.push(done)};
    expect((await open()).fingerprint).toBe(first.fingerprint);
    expect(reached).toEqual([]);
    put('x-train.tfrecord', tfrecordOf(rows.slice(1)));
    utimesSync(path.join(root, 'x-train.tfrecord'), 1, 1);
    expect((await open()).files).toHaveLength(3);
    expect(reached).toHaveLength(3);
  });

  const good = tfrecordOf(rows);
  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(good);
    copy[at]! ^= 4;
    return copy;
  };
  const labelled = (value: number): Buffer => numbersFeature('attributes/Male', value);
  it.each<[string, Buffer, string]>([
    ['empty', Buffer.alloc(0), 'its files have no rows'],
    ['cut off', good.subarray(0, good.length - 9), 'record 4 cannot be read: the file ends in it'],
    ['changed in a length', flipped(1), 'record 1 cannot be read: checksum mismatch in its length'],
    ['changed in an image', flipped(200), 'record 1 cannot be read: checksum mismatch'],
    ['a web page', Buffer.from('<html>404, nothing here</html>'), 'the file is a web page'],
    ['compressed', Buffer.from('1f8b0800000000000000000000', 'hex'), 'unpack it with gunzip'],
    ['no Example', record(Buffer.from([0x0b, 1])), 'is not an image with labels'],
    ['without labels', record(example(bytesFeature('image', Buffer.of(1)))), 'the features image'],
    ['without images', record(example(labelled(1))), 'the features attributes/Male'],
    [
      'labelled with something else',
      record(example(labelled(2), bytesFeature('image', Buffer.of(1)))),
      'attributes/Male is 2; expected 0 or 1',
    ],
  ])('that are %s are refused', async (_what, content, message) => {
    put('x-train.tfrecord', content);
    await expect(open()).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      hint: expect.any(String) as string,
      exitCode: 3,
    });
  });

  it('whose image changes after they were read say so', async () => {
    put('x-train.tfrecord', good);
    const catalogue = await open();
    const bytes = readFileSync(path.join(root, 'x-train.tfrecord'));
    bytes.write('XX', bytes.indexOf('image b'));
    put('x-train.tfrecord', bytes);
    await expect(catalogue.readImage(1)).rejects.toThrow('checksum mismatch');
  });
});
