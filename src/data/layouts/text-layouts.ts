import type {Catalogue, CatalogueContext} from '../catalogue.js';
import {type FileTree, findIn} from '../files/file-tree.js';
import {findImages} from './find-images.js';
import {parseAttributes, type Headings} from './label-tables.js';
import {type Layout, makeCatalogue} from './layout.js';
import {identitiesOfNames, PARTITION_FILES, readIdentities, readPartition} from './named-values.js';
import {readTable} from './read-table.js';
import {readBytes, textOf} from './text-file.js';

/** What one copy of CelebA calls its files: images, in a folder or a zip, and text files beside. */
type TextFiles = {
  /** `CelebA folder as on Kaggle` */
  readonly titleOf: (kind: FileTree['kind']) => string;
  readonly labels: readonly string[];
  readonly folders: readonly string[];
  /** undefined for the table of CelebA's authors. */
  readonly headings?: Headings;
  /** undefined where CelebA's partition and identities do not apply: images have other numbers. */
  readonly partitions?: readonly string[];
};

const labelFile = (tree: FileTree, {labels}: TextFiles): string =>
  findIn(tree, labels) ?? labels[0] ?? '';

/** The names of a thousand attributes are shorter. */
const HEAD_BYTES = 64 * 1024;

async function readTextAttributes(tree: FileTree, files: TextFiles): Promise<readonly string[]> {
  const path = labelFile(tree, files);
  const file = tree.nameOf(path);
  return parseAttributes(
    textOf(await readBytes(tree, path, HEAD_BYTES), file),
    file,
    files.headings,
  );
}

async function openText(
  tree: FileTree,
  context: CatalogueContext,
  files: TextFiles,
): Promise<Catalogue> {
  const {titleOf, folders, headings, partitions} = files;
  const file = labelFile(tree, files);
  const table = await readTable(tree, file, context, headings);
  const images = await findImages(tree, folders, table, context);
  const title = titleOf(tree.kind);
  if (partitions === undefined)
    return makeCatalogue(title, tree.place, table, undefined, images, () =>
      Promise.resolve(identitiesOfNames(table.files)),
    );
  const partition = await readPartition(tree, partitions, table, context);
  return makeCatalogue(title, tree.place, table, partition, images, () =>
    readIdentities(tree, table, context),
  );
}

/** A layout of text files. @param copies What copies call their files; the first one whose labels are there counts. */
function textLayout(
  name: Layout['name'],
  expected: string,
  copies: readonly [TextFiles, ...TextFiles[]],
): Layout {
  const filesOf = (tree: FileTree): TextFiles =>
    copies.find(({labels}) => findIn(tree, labels) !== undefined) ?? copies[0];
  return {
    name,
    expected,
    recognises: tree => copies.some(({labels}) => findIn(tree, labels) !== undefined),
    readAttributes: tree => readTextAttributes(tree, filesOf(tree)),
    open: (tree, context) => openText(tree, context, filesOf(tree)),
  };
}

/** Names of the image folder in the copies of CelebA by its authors, on Kaggle and elsewhere. */
const CELEBA_FOLDERS: readonly string[] = [
  'img_align_celeba',
  'img_align_celeba_png',
  'img_celeba',
  'images',
  'img',
].flatMap(name => [name, `Img/${name}`]);

const official: TextFiles = {
  titleOf: kind => `CelebA ${kind}`,
  // The archive of the authors has its text files in separate folders.
  labels: ['list_attr_celeba.txt', 'Anno/list_attr_celeba.txt'],
  folders: CELEBA_FOLDERS,
  partitions: PARTITION_FILES,
};

/** CelebA-HQ: 30,000 of the images at 1024x1024, with other numbers and another label file. */
const highQuality: TextFiles = {
  titleOf: kind => `CelebA-HQ ${kind}`,
  labels: ['CelebAMask-HQ-attribute-anno.txt'],
  folders: ['CelebA-HQ-img', ...CELEBA_FOLDERS],
};

/** CelebA as its authors publish it. */
export const celeba = textLayout('celeba', 'img_align_celeba/ (or .zip) and list_attr_celeba.txt', [
  official,
  highQuality,
]);

const onKaggle: TextFiles = {
  titleOf: kind => `CelebA ${kind} as on Kaggle`,
  labels: ['list_attr_celeba.csv', 'Anno/list_attr_celeba.csv'],
  folders: CELEBA_FOLDERS,
  headings: {
    nameColumns: ['image_id', 'image', 'filename', 'file_name', 'img_name', 'image_name'],
  },
  partitions: [...PARTITION_FILES].reverse(),
};

/** CelebA as on Kaggle: CSV tables, and images in a folder within a folder. */
export const kaggle = textLayout(
  'kaggle',
  'img_align_celeba/ and list_attr_celeba.csv (or archive.zip, which holds them)',
  [onKaggle],
);

const ofCourse: TextFiles = {
  titleOf: kind => `course ${kind}`,
  labels: ['labels.csv'],
  folders: ['img', 'images', 'img_align_celeba'],
  headings: {
    nameColumns: ['img_name', 'file_name', 'filename'],
    renamed: {gender: 'Male', smiling: 'Smiling'},
  },
};

const course = textLayout('amls', 'img/ and labels.csv', [ofCourse]);

/**
 * A part of CelebA as university courses hand it out: `labels.csv` with a row number, `img_name`,
 * `gender` and `smiling`. The attributes get CelebA's names, so that the same experiments run.
 */
export const amls: Layout = {
  ...course,
  recognises: tree =>
    course.recognises(tree) &&
    findIn(
      tree,
      ofCourse.folders.flatMap(name => [name, `${name}.zip`]),
    ) !== undefined,
  // People call their own tables labels.csv, too.
  fits: async tree => {
    const attributes = await readTextAttributes(tree, ofCourse).catch(() => []);
    return attributes.join() === 'Male,Smiling';
  },
};
