import {findPictures} from './find-pictures.js';
import {parseCsvLabels} from './csv-labels.js';
import {readIdentities} from './identities.js';
import {makeCatalogue, type Layout} from './layout.js';
import {readPartition} from './partition.js';
import {readTable} from './read-table.js';

const LABELS = 'list_attr_celeba.csv';
const PICTURE_FOLDERS = ['img_align_celeba', 'img_align_celeba/img_align_celeba'];

/** CelebA as it is offered on Kaggle: tables with commas, pictures in a folder within a folder. */
export const kaggle: Layout = {
  name: 'kaggle',
  expected: 'img_align_celeba/ and list_attr_celeba.csv (or archive.zip, which holds them)',
  recognises: tree => tree.has(LABELS),
  open: async (tree, context) => {
    const table = await readTable(tree, LABELS, context, 'kaggle', (text, file) =>
      parseCsvLabels(text, file, {nameColumns: ['image_id', 'image', 'filename']}),
    );
    const pictures = await findPictures(tree, PICTURE_FOLDERS, table, context);
    const partition = await readPartition(tree, ['list_eval_partition.csv'], table, context);
    return makeCatalogue(
      `CelebA ${tree.kind} as on Kaggle`,
      tree.place,
      table,
      partition,
      pictures,
      () => readIdentities(tree, table.files),
    );
  },
};
