import {findIn} from '../files/file-tree.js';
import {findImages} from './find-images.js';
import {parseCsvLabels} from './csv-labels.js';
import {readIdentities} from './identities.js';
import {CELEBA_FOLDERS} from './image-folder.js';
import {makeCatalogue, type Layout} from './layout.js';
import {PARTITION_FILES, readPartition} from './partition.js';
import {readTable} from './read-table.js';

const LABELS = 'list_attr_celeba.csv';
const LABEL_FILES = [LABELS, `Anno/${LABELS}`];
const NAME_COLUMNS = ['image_id', 'image', 'filename', 'file_name', 'img_name', 'image_name'];

/** CelebA as it is offered on Kaggle: tables with commas, images in a folder within a folder. */
export const kaggle: Layout = {
  name: 'kaggle',
  expected: 'img_align_celeba/ and list_attr_celeba.csv (or archive.zip, which holds them)',
  recognises: tree => findIn(tree, LABEL_FILES) !== undefined,
  open: async (tree, context) => {
    const file = findIn(tree, LABEL_FILES) ?? LABELS;
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
