import fc from 'fast-check';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {parseLabels} from '../../src/data/layouts/label-tables.js';
import {folderTree} from '../../src/data/files/folder-tree.js';
import {celeba} from '../../src/data/layouts/text-layouts.js';
import {UserError} from '../../src/util/user-error.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const official = '2\r\nMale Smiling \r\n000001.jpg -1  1 \r\n000002.jpg  1 -1 \r\n';

describe('a label file', () => {
  it.each([
    ['as its authors publish it, with CRLF and trailing blanks', official],
    ['with LF', official.replaceAll('\r', '')],
    ['without the count', official.slice(3)],
    ['without a last line end', official.trimEnd()],
    ['with 0 for -1', official.replaceAll('-1', '0')],
    ['with blank lines and tabs', official.replaceAll('\r\n', '\n\n').replaceAll('  ', '\t')],
    [
      'with commas',
      official
        .slice(3)
        .replaceAll(/ +(\r)/g, '$1')
        .replaceAll(/ +/g, ','),
    ],
  ])('is read %s', (_how, text) => {
    expect(parseLabels(text, 'labels')).toEqual({
      attributes: ['Male', 'Smiling'],
      files: ['000001.jpg', '000002.jpg'],
      labels: Uint8Array.of(0, 1, 1, 0),
    });
  });

  it.each([
    [
      'a count that is not the number of rows',
      official.replace('2', '3'),
      'its first line promises 3 images. Received 2 rows',
    ],
    [
      'a row with a label too few',
      official.replace('1 -1', '1'),
      'labels:4: Expected a file name and 2 labels',
    ],
    ['a row with a label too many', official.replace('1 -1', '1 -1 1'), 'labels:4:'],
    ['a label that is none', official.replace('1 -1', '1 2'), 'labels:4:'],
    ['a cut off row', official.slice(0, -8), 'labels:4:'],
    ['an attribute twice', official.replace('Smiling', 'Male'), 'Male appears more than once'],
    ['no rows', '0\nMale Smiling\n', 'there are no rows of images'],
    ['no names', official.replace('Male Smiling \r\n', ''), 'Expected the names of the attributes'],
  ])('is refused for %s', (_what, text, message) => {
    expect(() => parseLabels(text, 'labels')).toThrow(message);
  });

  it('gives a table or a clear error for any damage to its bytes', () => {
    const bytes = Buffer.from(official);
    fc.assert(
      fc.property(
        fc.nat(bytes.length - 1),
        fc.integer({min: 0, max: 6}),
        fc.uint8Array({maxLength: 4}),
        (at, cut, inserted) => {
          const damaged = Buffer.concat([
            bytes.subarray(0, at),
            inserted,
            bytes.subarray(at + cut),
          ]).toString('latin1');
          try {
            const {labels, files, attributes} = parseLabels(damaged, 'labels');
            expect(labels).toHaveLength(files.length * attributes.length);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
      {seed: 5, numRuns: 2000},
    );
  });
});

describe('a CelebA folder', () => {
  const open = (folder: string, warnings: string[] = []) =>
    celeba.open(folderTree(folder), quietContext(warnings));

  function make(
    labels: string,
    images: readonly string[] = ['000001.jpg', '000002.jpg'],
    partition?: string,
  ): string {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'img_align_celeba'));
    for (const name of images) writeFileSync(path.join(folder, 'img_align_celeba', name), 'x');
    writeFileSync(path.join(folder, 'list_attr_celeba.txt'), labels);
    if (partition !== undefined)
      writeFileSync(path.join(folder, 'list_eval_partition.txt'), partition);
    return folder;
  }

  it.each([
    ['an HTML page', '<!DOCTYPE html><html>', 'is a web page: a failed download'],
    [
      'an LFS pointer',
      'version https://git-lfs.github.com/spec/v1\noid sha256:1\n',
      'is a pointer',
    ],
    ['an annex pointer', '/annex/objects/MD5E-s1--1.txt\n', 'is a pointer'],
    ['nothing', ' \n', 'is empty'],
    ['a binary file', 'PK\u0000\u0003', 'is not a text file'],
  ])('with %s for its label file is refused with a remedy', async (_what, text, message) => {
    await expect(open(make(text))).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: 3,
      hint: expect.any(String) as string,
    });
  });

  it('without images, or with none that are labelled, is refused', async () => {
    await expect(open(make(official, ['other.jpg']))).rejects.toThrow(
      'all 2 images that the labels name are missing',
    );
  });

  it('whose labels name a file of another folder is refused', async () => {
    const labels = official.replace('000002.jpg', '../000002.jpg');
    await expect(open(make(labels))).rejects.toThrow('"../000002.jpg" in the label file is a path');
  });

  it('with some images missing says how many', async () => {
    const warnings: string[] = [];
    await open(make(official, ['000001.jpg']), warnings);
    expect(warnings.join()).toContain('1 of 2 images are missing, such as 000002.jpg');
  });

  it('brings its partition, and refuses one that has gaps', async () => {
    expect(
      (await open(make(`\ufeff${official}`, undefined, '000001.jpg 0\r\n000002.jpg 2\r\n')))
        .partition,
    ).toEqual(Uint8Array.of(0, 2));
    await expect(open(make(official, undefined, '000001.jpg 0\n'))).rejects.toThrow(
      '000002.jpg has no line',
    );
    await expect(open(make(official, undefined, '000001.jpg 7\n'))).rejects.toThrow(
      ':1: Expected a file name and 0, 1 or 2',
    );
  });
});
