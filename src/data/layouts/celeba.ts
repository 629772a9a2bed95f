import {findIn} from '../files/file-tree.js';
import {parseLabelTable} from './celeba-labels.js';
import {findPictures} from './find-pictures.js';
import {readIdentities} from './identities.js';
import {makeCatalogue, type Layout} from './layout.js';
import {readPartition} from './partition.js';
import {readTable} from './read-table.js';

const LABELS = 'list_attr_celeba.txt';
/** The authors' own archive keeps its text files in folders of their own. */
const LABEL_FILES = [LABELS, `Anno/${LABELS}`];
const PARTITION_FILES = ['list_eval_partition.txt', 'Eval/list_eval_partition.txt'];
const PICTURE_FOLDERS = [
  'img_align_celeba',
  'Img/img_align_celeba',
  'img_align_celeba/img_align_celeba',
];

/** CelebA as its authors publish it: pictures, in a folder or a zip, and text files beside them. */
export const celeba: Layout = {
  name: 'celeba',
  expected: 'img_align_celeba/ (or .zip) and list_attr_celeba.txt',
  recognises: tree => findIn(tree, LABEL_FILES) !== undefined,
  open: async (tree, context) => {
    const file = findIn(tree, LABEL_FILES) ?? LABELS;
    const table = await readTable(tree, file, context, 'celeba', parseLabelTable);
    const pictures = await findPictures(tree, PICTURE_FOLDERS, table, context);
    const partition = await readPartition(tree, PARTITION_FILES, table, context);
    return makeCatalogue(`CelebA ${tree.kind}`, tree.place, table, partition, pictures, () =>
      readIdentities(tree, table.files),
    );
  },
};
