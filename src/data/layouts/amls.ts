import {findIn} from '../files/file-tree.js';
import {findImages} from './find-images.js';
import {parseCsvLabels} from './csv-labels.js';
import {makeCatalogue, type Layout} from './layout.js';
import {readTable} from './read-table.js';

const LABELS = 'labels.csv';
const FOLDERS = ['img', 'images', 'img_align_celeba'];

/**
 * A part of CelebA as university courses hand it out: `labels.csv` with a row number, `img_name`,
 * `gender` and `smiling`. The attributes get CelebA's names, so that the same experiments run.
 */
export const amls: Layout = {
  name: 'amls',
  expected: 'img/ and labels.csv',
  recognises: tree =>
    findIn(tree, [LABELS]) !== undefined &&
    findIn(tree, [...FOLDERS, ...FOLDERS.map(name => `${name}.zip`)]) !== undefined,
  open: async (tree, context) => {
    const table = await readTable(
      tree,
      findIn(tree, [LABELS]) ?? LABELS,
      context,
      'amls',
      (text, file) =>
        parseCsvLabels(text, file, {
          nameColumns: ['img_name', 'file_name', 'filename'],
          renamed: {gender: 'Male', smiling: 'Smiling'},
        }),
    );
    const images = await findImages(tree, FOLDERS, table, context);
    return makeCatalogue(`course ${tree.kind}`, tree.place, table, undefined, images);
  },
};
