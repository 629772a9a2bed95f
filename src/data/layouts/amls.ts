import path from 'node:path';
import {parseCsvLabels} from './csv-labels.js';
import {findBelow, makeCatalogue, type Layout} from './layout.js';
import {openPictureFolder} from './picture-folder.js';
import {readTextFile} from './text-file.js';

const LABELS = 'labels.csv';

/**
 * A part of CelebA as university courses hand it out: `labels.csv` with a row number, `img_name`,
 * `gender` and `smiling`. The attributes get CelebA's names, so that the same experiments run.
 */
export const amls: Layout = {
  name: 'amls',
  expected: 'img/ and labels.csv',
  recognises: root =>
    findBelow(root, [LABELS]) !== undefined && findBelow(root, ['img']) !== undefined,
  open: async (root, context) => {
    const file = path.join(root, LABELS);
    const table = parseCsvLabels(await readTextFile(file), file, {
      nameColumns: ['img_name', 'file_name', 'filename'],
      renamed: {gender: 'Male', smiling: 'Smiling'},
    });
    const pictures = await openPictureFolder(root, ['img'], table.files, context);
    return makeCatalogue('course folder', root, table, undefined, pictures);
  },
};
