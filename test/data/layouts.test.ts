import fc from 'fast-check';
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import type {Dataset} from '../../src/data/dataset.js';
import {parseLabels} from '../../src/data/layouts/label-tables.js';
import {folderTree} from '../../src/data/files/folder-tree.js';
import {knownLayouts} from '../../src/data/open-catalogue.js';
import {parsePartition} from '../../src/data/layouts/named-values.js';
import {loadDataset} from '../../src/data/load-dataset.js';
import {UserError} from '../../src/util/user-error.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {
  toAmls,
  toKaggle,
  toParquet,
  toImageZip,
  toTfrecords,
  toZip,
} from '../helpers/faces-layouts.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

const options = {nameColumns: ['image_id']};
const csv = 'image_id,5_o_Clock_Shadow,Male\r\n1.jpg,-1,1\r\n2.jpg,1,-1\r\n';
const expected = {
  attributes: ['5_o_Clock_Shadow', 'Male'],
  files: ['1.jpg', '2.jpg'],
  labels: Uint8Array.of(0, 1, 1, 0),
};

describe('a table of labels', () => {
  it.each([
    ['with commas and CRLF', csv],
    ['with LF and no last line end', csv.replaceAll('\r', '').trimEnd()],
    ['with 0 for -1', csv.replaceAll('-1', '0')],
    ['with True and False', csv.replaceAll('-1', 'False').replaceAll(/(?<=,)1/g, 'True')],
    ['with yes and no', csv.replaceAll('-1', 'no').replaceAll(/(?<=,)1/g, 'yes')],
    ['with 1.0 and -1.0', csv.replaceAll(/(?<=,-?)1/g, '1.0')],
    ['with 1.0 and 0.0', csv.replaceAll('-1', '0.0').replaceAll(/(?<=,)1/g, '1.0')],
    ['with +1', csv.replaceAll(/(?<=,)1/g, '+1')],
    ['with tabs', csv.replaceAll(',', '\t')],
    ['with semicolons and blanks', csv.replaceAll(',', ' ; ')],
    ['with quotes', csv.replaceAll(/[^,\r\n]+/g, '"$&"')],
    ['with an empty first heading', csv.replace('image_id', '')],
    [
      'with a row number before the name',
      csv.replaceAll(/^(?=.)/gm, (_, at: number) => (at === 0 ? ',' : '7,')),
    ],
  ])('is read %s', (_how, text) => {
    expect(parseLabels(text, 'labels', options)).toEqual(expected);
  });

  it.each([
    ['no headings', csv.slice(csv.indexOf('\n') + 1), 'labels:1: Expected the headings image_id'],
    ['a cell too few', csv.replace(',1,-1', ',1'), 'labels:3: Expected a file name and 2 labels'],
    ['a cell too many', csv.replace(',1,-1', ',1,-1,1'), 'labels:3:'],
    ['a label that is none', csv.replace(',1,-1', ',1,maybe'), 'labels:3:'],
    ['a label that is empty', csv.replace(',1,-1', ',1,'), 'labels:3:'],
    ['no name', csv.replace('2.jpg', ''), 'labels:3:'],
    ['an attribute twice', csv.replace('5_o_Clock_Shadow', 'Male'), 'Male appears more than once'],
    ['quotes that do not end', csv.replace('2.jpg', '"2.jpg'), 'labels:3:'],
    ['no rows', 'image_id,Male\n', 'there are no rows of images'],
  ])('is refused for %s', (_what, text, message) => {
    expect(() => parseLabels(text, 'labels', options)).toThrow(message);
  });

  it('gives a table or a clear error for any damage to its bytes', () => {
    const damage = fc.record({
      at: fc.nat(csv.length - 1),
      cut: fc.integer({min: 0, max: 6}),
      inserted: fc.string({
        unit: fc.constantFrom('"', ',', '\n', '1', '-', '\t', 'x', ''),
        maxLength: 4,
      }),
    });
    fc.assert(
      fc.property(damage, ({at, cut, inserted}) => {
        try {
          const table = parseLabels(
            csv.slice(0, at) + inserted + csv.slice(at + cut),
            'labels',
            options,
          );
          expect(table.labels).toHaveLength(table.files.length * table.attributes.length);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      {seed: 7, numRuns: 2000},
    );
  });

  it('may have a partition with headings', () => {
    const text = 'image_id,partition\n2.jpg,2\n1.jpg,0\n';
    expect(parsePartition(text, 'partition', ['1.jpg', '2.jpg'])).toEqual(Uint8Array.of(0, 2));
    expect(() => parsePartition('1.jpg,0\nimage_id,partition\n', 'partition', [])).toThrow(':2:');
  });
});

describe('the same images', () => {
  const load = (root: string, ...overrides: string[]): Promise<Dataset> =>
    loadDataset(tinyExperiment('data.split={train: 16, validation: 8}', ...overrides).data, {
      root,
      seed: 1,
      cacheFolder: temporaryFolder(),
      // Sharp decodes: its processes start at once.
      env: {CELEBA_TUI_CACHE: temporaryFolder()},
      onProgress: () => {},
      onWarning: () => {},
      signal: new AbortController().signal,
    });
  const make = (): Promise<string> => writeTinyFaces(temporaryFolder(), {images: 24});

  async function batches({train, height, width}: Dataset): Promise<Uint8Array> {
    const pixels = new Uint8Array(train.count * height * width * 3);
    await train.read(
      Array.from({length: train.count}, (_, position) => position),
      pixels,
    );
    return pixels;
  }

  /** A partition changes the fingerprint, not the images: TFRecords and parquet have one. */
  it.each<[string, (folder: string) => string | Promise<string>, string, boolean]>([
    ['Kaggle', toKaggle, 'CelebA folder as on Kaggle', true],
    ['a course', toAmls, 'course folder', true],
    ['a zip', toZip, 'CelebA zip', true],
    ["Kaggle's zip", async folder => toZip(toKaggle(folder)), 'CelebA zip as on Kaggle', true],
    ["a course's zip", async folder => toZip(toAmls(folder)), 'course zip', true],
    ['images in a zip', toImageZip, 'CelebA folder', true],
    ['TensorFlow Datasets', toTfrecords, 'CelebA TFRecords', false],
    ['Hugging Face', toParquet, 'CelebA parquet', false],
  ])(
    'give the same batches, byte for byte, in the layout of %s, which auto recognises',
    async (_name, move, layout, sameFingerprint) => {
      const official = await load(await make());
      const other = await load(await move(await make()));
      expect(other.source).toContain(layout);
      expect(other.train.files).toEqual(official.train.files);
      expect(other.train.labels).toEqual(official.train.labels);
      expect(await batches(other)).toEqual(await batches(official));
      expect(other.fingerprint === official.fingerprint).toBe(sameFingerprint);
    },
  );

  it('in another layout than the one that was asked for are refused with its name', async () => {
    await expect(load(toKaggle(await make()), 'data.source=celeba')).rejects.toMatchObject({
      message: expect.stringContaining(
        'Expected img_align_celeba/ (or .zip) and list_attr_celeba.txt',
      ) as string,
      hint: 'It has the layout kaggle: --set data.source=auto',
      exitCode: 3,
    });
  });

  it('without any images folder are no known layout', () => {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'labels.csv'), csv);
    expect(knownLayouts.filter(({recognises}) => recognises(folderTree(folder)))).toEqual([]);
  });
});
