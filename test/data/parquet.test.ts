import {mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import type {Catalogue} from '../../src/data/catalogue.js';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {parquetOf} from '../helpers/write-parquet.js';
import type {LabelledImage} from '../helpers/write-tfrecord.js';

/** Images of a few kilobytes that do not compress. */
const rows: readonly LabelledImage[] = Array.from({length: 60}, (_, index) => ({
  name: `${String(index + 1).padStart(6, '0')}.jpg`,
  bytes: Buffer.from(Array.from({length: 3000}, (_byte, at) => (at * 7919 + index * 104_729) >> 3)),
  labels: {Male: index % 2, Smiling: index % 3 === 0 ? 1 : 0},
}));

let root: string;
let context: ReturnType<typeof quietContext>;
beforeEach(() => {
  root = temporaryFolder();
  context = quietContext();
});

const put = (name: string, content: Buffer): void => {
  mkdirSync(path.dirname(path.join(root, name)), {recursive: true});
  writeFileSync(path.join(root, name), content);
};
const open = (): Promise<Catalogue> => openCatalogue({source: 'auto'}, {...context, root});
const expected = Uint8Array.from(
  rows.flatMap(({labels}) => [labels['Male'], labels['Smiling']]) as number[],
);

describe('parquet files', () => {
  it.each([
    ['small row groups', {rowGroupSize: 7}],
    ['many pages in a row group', {pageSize: 10_000}],
    ['one page', {}],
    ['no compression', {codec: 'UNCOMPRESSED', pageSize: 20_000, rowGroupSize: 25}],
    ['labels of -1 and 1', {labels: 'INT32'}],
    ['labels of 1.0 and -1.0', {labels: 'DOUBLE'}],
    ['labels of 1.0 and 0.0 in single precision', {labels: 'FLOAT', values: [1, 0]}],
    ['labels of True and False as text', {labels: 'STRING', values: ['True', 'False']}],
    ['labels of yes and no', {labels: 'STRING', values: ['yes', 'no']}],
    ['labels of 1.0 and 0.0 as text', {labels: 'STRING', values: ['1.0', '0.0']}],
    [
      'measurements and notes beside the labels',
      {
        more: [
          {name: 'blur', data: rows.map((_, row) => row / 7), type: 'DOUBLE'},
          {name: 'note', data: rows.map((_, row) => `shot ${row}`), type: 'STRING'},
        ],
      },
    ],
    ['identities', {identities: rows.map((_, index) => 1000 + (index >> 2))}],
  ] as const)('with %s are read, in any order', async (_how, options) => {
    put('train-00000-of-00001.parquet', parquetOf(rows, options));
    const catalogue = await open();
    expect(catalogue).toMatchObject({layout: 'CelebA parquet', attributes: ['Male', 'Smiling']});
    expect(catalogue.files).toEqual(rows.map(({name}) => name));
    expect(catalogue.labels).toEqual(expected);
    expect(catalogue.partition).toEqual(new Uint8Array(60));
    for (const position of [59, 0, 31, 8, 30, 7])
      expect(await catalogue.readImage(position)).toEqual(rows[position]?.bytes);
  });

  it('of three parts are one data set, wherever a download put them', async () => {
    put('data/valid-00000-of-00001.parquet', parquetOf(rows.slice(40, 50)));
    put('data/test-00000-of-00001.parquet', parquetOf(rows.slice(50)));
    put('data/train-00001-of-00002.parquet', parquetOf(rows.slice(20, 40)));
    put('data/train-00000-of-00002.parquet', parquetOf(rows.slice(0, 20)));
    const {files, labels, partition, readImage} = await open();
    expect(files).toEqual(rows.map(({name}) => name));
    expect(labels).toEqual(expected);
    expect([...(partition ?? [])].join('')).toBe('0'.repeat(40) + '1'.repeat(10) + '2'.repeat(10));
    expect(await readImage(45)).toEqual(rows[45]?.bytes);
  });

  it('name a row without an image, and number the images without an identity', async () => {
    const [first, second, ...rest] = rows;
    put(
      'train.parquet',
      parquetOf([{...first!, bytes: Buffer.alloc(0)}, {...second!, name: ''}, ...rest]),
    );
    const {files, readImage} = await open();
    expect(files[1]).toBe('train-000002.jpg');
    await expect(readImage(0)).rejects.toThrow('its row has no image');
    expect(await readImage(1)).toEqual(second?.bytes);
  });

  const good = parquetOf(rows, {rowGroupSize: 20});
  it.each<[string, Buffer, string]>([
    ['empty', Buffer.alloc(0), 'it is empty'],
    ['cut off', good.subarray(0, good.length - 30), 'cannot be read'],
    ['a pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\n'), 'cannot be read'],
    [
      'without attributes',
      parquetOf(rows.map(row => ({...row, labels: {}}))),
      'no column of labels',
    ],
  ])('that are %s are refused', async (_what, content, message) => {
    put('train.parquet', content);
    await expect(open()).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      hint: expect.any(String) as string,
      exitCode: 3,
    });
  });

  it('whose columns all hold something else than labels are refused with what they hold', async () => {
    put('train.parquet', parquetOf(rows, {labels: 'STRING', values: ['often', 'rarely']}));
    await expect(open()).rejects.toThrow(
      'no column holds labels. Expected 0 and 1, -1 and 1, true and false, or yes and no; received "rarely" in Male',
    );
  });

  it('with other attributes in another file are refused', async () => {
    put('train-0.parquet', parquetOf(rows));
    put('train-1.parquet', parquetOf(rows.map(row => ({...row, labels: {Young: 1}}))));
    await expect(open()).rejects.toThrow('its attributes differ from those of the first file');
  });

  it('whose pages are damaged lose those images alone', async () => {
    put('train.parquet', good);
    const bytes = readFileSync(path.join(root, 'train.parquet'));
    bytes.fill(0xff, 4, 60);
    put('train.parquet', bytes);
    const {readImage} = await open();
    await expect(readImage(0)).rejects.toMatchObject({name: 'BadImage'});
    expect(await readImage(40)).toEqual(rows[40]?.bytes);
  });
});
