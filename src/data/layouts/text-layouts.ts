import {type FileTree, findIn} from '../files/file-tree.js';
import {parseCsvLabels, parseLabelTable} from './label-tables.js';
import {CELEBA_FOLDERS, findImages} from './find-images.js';
import {type Layout, makeCatalogue} from './layout.js';
import {dataError, Lines, readTextFile} from './text-file.js';
import {PARTITION_FILES, readPartition} from './partition.js';
import {readTable} from './read-table.js';

const LABELS = 'list_attr_celeba.txt';
/** The archive of the authors has its text files in separate folders. */
const LABEL_FILES = [LABELS, `Anno/${LABELS}`];
/** CelebA-HQ: 30,000 of the images at 1024x1024, with other numbers and another label file. */
const HQ_LABEL_FILE = 'CelebAMask-HQ-attribute-anno.txt';
const HQ_FOLDERS = ['CelebA-HQ-img', ...CELEBA_FOLDERS];

/** CelebA as its authors publish it: images, in a folder or a zip, and text files beside them. */
export const celeba: Layout = {
  name: 'celeba',
  expected: 'img_align_celeba/ (or .zip) and list_attr_celeba.txt',
  recognises: tree => findIn(tree, [...LABEL_FILES, HQ_LABEL_FILE]) !== undefined,
  open: async (tree, context) => {
    const usual = findIn(tree, LABEL_FILES);
    const hq = usual === undefined ? findIn(tree, [HQ_LABEL_FILE]) : undefined;
    const file = usual ?? hq ?? LABELS;
    const table = await readTable(tree, file, context, 'celeba', parseLabelTable);
    const folders = hq === undefined ? CELEBA_FOLDERS : HQ_FOLDERS;
    const images = await findImages(tree, folders, table, context);
    if (hq !== undefined) {
      // Its images have other numbers, so CelebA's identities and partition do not apply.
      return makeCatalogue(`CelebA-HQ ${tree.kind}`, tree.place, table, undefined, images);
    }
    const partition = await readPartition(tree, PARTITION_FILES, table, context);
    return makeCatalogue(`CelebA ${tree.kind}`, tree.place, table, partition, images, () =>
      readIdentities(tree, table.files),
    );
  },
};

const TABLE_FILES = ['list_attr_celeba.csv', 'Anno/list_attr_celeba.csv'];
const NAME_COLUMNS = ['image_id', 'image', 'filename', 'file_name', 'img_name', 'image_name'];

/** CelebA as on Kaggle: CSV tables, and images in a folder within a folder. */
export const kaggle: Layout = {
  name: 'kaggle',
  expected: 'img_align_celeba/ and list_attr_celeba.csv (or archive.zip, which holds them)',
  recognises: tree => findIn(tree, TABLE_FILES) !== undefined,
  open: async (tree, context) => {
    const file = findIn(tree, TABLE_FILES) ?? 'list_attr_celeba.csv';
    const table = await readTable(tree, file, context, 'kaggle', (text, name) =>
      parseCsvLabels(text, name, {nameColumns: NAME_COLUMNS}),
    );
    const images = await findImages(tree, CELEBA_FOLDERS, table, context);
    const partition = await readPartition(tree, [...PARTITION_FILES].reverse(), table, context);
    return makeCatalogue(
      `CelebA ${tree.kind} as on Kaggle`,
      tree.place,
      table,
      partition,
      images,
      () => readIdentities(tree, table.files),
    );
  },
};

const COURSE_TABLE = 'labels.csv';
const COURSE_FOLDERS = ['img', 'images', 'img_align_celeba'];

/**
 * A part of CelebA as university courses hand it out: `labels.csv` with a row number, `img_name`,
 * `gender` and `smiling`. The attributes get CelebA's names, so that the same experiments run.
 */
export const amls: Layout = {
  name: 'amls',
  expected: 'img/ and labels.csv',
  recognises: tree =>
    findIn(tree, [COURSE_TABLE]) !== undefined &&
    findIn(tree, [...COURSE_FOLDERS, ...COURSE_FOLDERS.map(name => `${name}.zip`)]) !== undefined,
  open: async (tree, context) => {
    const table = await readTable(
      tree,
      findIn(tree, [COURSE_TABLE]) ?? COURSE_TABLE,
      context,
      'amls',
      (text, file) =>
        parseCsvLabels(text, file, {
          nameColumns: ['img_name', 'file_name', 'filename'],
          renamed: {gender: 'Male', smiling: 'Smiling'},
        }),
    );
    const images = await findImages(tree, COURSE_FOLDERS, table, context);
    return makeCatalogue(`course ${tree.kind}`, tree.place, table, undefined, images);
  },
};

const IDENTITY_FILES = ['identity_CelebA.txt', 'Anno/identity_CelebA.txt'];

/**
 * The person in each image, from a file with a name and a number in each line; undefined without
 * it.
 */
async function readIdentities(
  tree: FileTree,
  files: readonly string[],
): Promise<Int32Array | undefined> {
  const path = findIn(tree, IDENTITY_FILES);
  if (path === undefined) return undefined;
  const byName = new Map<string, number>();
  const lines = new Lines(await readTextFile(tree, path));
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const [name, value, ...rest] = line.split(/[\s,]+/);
    if (name === undefined || rest.length > 0 || !/^\d{1,9}$/.test(value ?? '')) {
      throw dataError(
        `${tree.nameOf(path)}:${lines.number}: Expected a file name and a number; received ${JSON.stringify(line.slice(0, 80))}.`,
        'Download it again, or remove it: only data info reads it.',
      );
    }
    byName.set(name, Number(value));
  }
  return Int32Array.from(files, name => byName.get(name) ?? -1);
}
