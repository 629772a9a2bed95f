import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import type {Catalogue} from '../../src/data/catalogue.js';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {headColumns} from '../../src/data/sampling.js';
import type {LabelKeys} from '../../src/experiment/schema.js';
import {failureOf, tinyYaml} from '../helpers/experiments.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

let root: string;
beforeEach(() => (root = temporaryFolder()));

function put(files: readonly string[], texts: Readonly<Record<string, string>> = {}): void {
  const all = [...files.map(file => [file, file] as const), ...Object.entries(texts)];
  for (const [name, text] of all) {
    mkdirSync(path.dirname(path.join(root, name)), {recursive: true});
    writeFileSync(path.join(root, name), text);
  }
}

const open = (keys: LabelKeys = {}): Promise<Catalogue> =>
  openCatalogue({source: 'folder', ...keys}, {...quietContext(), root});

const refused = (promise: Promise<unknown>, message: string, hint: string): Promise<void> =>
  expect(promise).rejects.toMatchObject({
    message: expect.stringContaining(message) as string,
    hint: expect.stringContaining(hint) as string,
    exitCode: 3,
  });

describe('a table of labels is refused with its line', () => {
  it.each<[string, string, LabelKeys, string, string]>([
    [
      'without a column of images',
      'smiling,age\n0,30\n',
      {},
      'labels.csv:1: no column names the images. Expected a column such as image or filename; received smiling, age.',
      'data.imageColumn=NAME',
    ],
    [
      'without the column that the key names',
      'image,smiling\n1.png,0\n',
      {imageColumn: 'photo'},
      'labels.csv:1: there is no column photo, which data.imageColumn names. Received the columns image, smiling.',
      'Correct data.imageColumn',
    ],
    [
      'without any of its images',
      'image,smiling\nx.png,0\ny.png,1\n',
      {},
      'labels.csv:2: none of the 2 images that the table names is in',
      '--data DIR',
    ],
    [
      'with an image twice, labelled differently',
      'image,smiling\n1.png,0\n2.png,1\na/1.png,1\n',
      {},
      'labels.csv:4: a/1.png is in',
      'Remove the wrong row.',
    ],
    [
      'with a name that fits two images',
      'image,smiling\n3.png,0\n2.png,1\n',
      {},
      'labels.csv:2: 3.png fits 2 images: a/3.png and b/3.png. Expected one.',
      'Write the folder before the name',
    ],
    [
      'with a row without an image',
      'image,smiling\n1.png,0\n,1\n',
      {},
      'labels.csv:3: the column image is empty. Expected the name of an image.',
      'Fill it in, or remove the line.',
    ],
    [
      'with a cell too many',
      'image,smiling\n1.png,0,1\n',
      {},
      'labels.csv:2: Expected 2 cells, as many as headings; received 3',
      'needs quotes',
    ],
    [
      'with a heading twice',
      'image,smiling,smiling\n1.png,0,1\n',
      {},
      'labels.csv:1: smiling heads two columns.',
      'Rename or remove',
    ],
    ['without rows', 'image,smiling\n', {}, 'there are no rows of images', 'Download'],
    [
      'that is not there',
      'image,smiling\n1.png,0\n',
      {labels: 'tabels.csv'},
      'tabels.csv: data.labels names this table, and it is missing.',
      'Correct data.labels',
    ],
  ])('%s', async (_what, table, keys, message, hint) => {
    put(['a/1.png', '2.png', 'a/3.png', 'b/3.png'], {'labels.csv': table});
    await refused(open(keys), message, hint);
  });
});

describe('a column is named with the reason where a head needs it', () => {
  const rows = (values: readonly string[]): string =>
    ['image,ok,it', ...values.map((value, at) => `${at}.png,${at % 2},${value}`)].join('\n');
  const values = (count: number, valueAt: (at: number) => string): string[] =>
    Array.from({length: count}, (_, at) => valueAt(at));

  it.each<[string, readonly string[], string]>([
    [
      'with one value that cannot be read',
      values(30, at => (at === 20 ? 'maybe' : String(at % 2))),
      'labels.csv:22: it is "maybe". Expected 0 or 1',
    ],
    ['with 5,000 values', values(5000, at => `name ${at}`), 'it has 5000 values: name 0, name 1'],
    ['with one value only', values(4, () => 'cat'), 'it has one value in all rows: cat'],
  ])('%s', async (_what, column, message) => {
    put(
      column.map((_, at) => `${at}.png`),
      {'labels.csv': rows(column)},
    );
    const catalogue = await open();
    expect(catalogue.attributes).toEqual(['ok']);
    expect(() => headColumns(catalogue, ['it'])).toThrow(
      `data.heads: it does not label the images.`,
    );
    expect(() => headColumns(catalogue, ['it'])).toThrow(message);
  });
});

describe('a folder is refused', () => {
  it('without images', async () => {
    put([], {'labels.csv': 'image,smiling\n1.png,0\n'});
    await refused(open(), 'no images in it', 'Images end in .jpg');
  });

  it('without anything that labels its images', async () => {
    put(['1.png', '2.png']);
    await refused(open(), '2 images and nothing that labels them.', 'labels.csv');
  });

  it('with a class without images', async () => {
    put(['cats/1.png', 'dogs/1.png'], {'birds/notes.txt': 'none yet'});
    await refused(open(), 'the folder of the class birds has no images.', 'remove the folder');
  });

  it('in an experiment of another layout that names a table', () => {
    expect(failureOf(tinyYaml, 'data.labels=labels.csv').message).toContain(
      'data.labels needs data.source: folder. Received auto.',
    );
  });
});
