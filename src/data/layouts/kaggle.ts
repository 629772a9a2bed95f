import path from 'node:path';
import {parseCsvLabels} from './csv-labels.js';
import {findBelow, makeCatalogue, type Layout} from './layout.js';
import {parsePartition} from './partition.js';
import {openPictureFolder} from './picture-folder.js';
import {readTextFile} from './text-file.js';

const LABELS = 'list_attr_celeba.csv';
const PARTITION = 'list_eval_partition.csv';
const PICTURES = 'img_align_celeba';

/** CelebA as it is offered on Kaggle: tables with commas, pictures in a folder within a folder. */
export const kaggle: Layout = {
  name: 'kaggle',
  expected: 'img_align_celeba/ and list_attr_celeba.csv',
  recognises: root => findBelow(root, [LABELS]) !== undefined,
  open: async (root, context) => {
    const file = path.join(root, LABELS);
    const table = parseCsvLabels(await readTextFile(file), file, {
      nameColumns: ['image_id', 'image', 'filename'],
    });
    const folders = [PICTURES, path.join(PICTURES, PICTURES)];
    const pictures = await openPictureFolder(root, folders, table.files, context);
    const partitionFile = findBelow(root, [PARTITION]);
    const partition =
      partitionFile === undefined
        ? undefined
        : parsePartition(await readTextFile(partitionFile), partitionFile, table.files);
    return makeCatalogue('CelebA as on Kaggle', root, table, partition, pictures);
  },
};
