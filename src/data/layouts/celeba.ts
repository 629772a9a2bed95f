import path from 'node:path';
import {parseLabelTable} from './celeba-labels.js';
import {findBelow, makeCatalogue, type Layout} from './layout.js';
import {parsePartition} from './partition.js';
import {openPictureFolder} from './picture-folder.js';
import {readTextFile} from './text-file.js';

const PICTURES = 'img_align_celeba';
/** The authors' own archive keeps its text files in folders of their own. */
const LABEL_FILES = ['list_attr_celeba.txt', 'Anno/list_attr_celeba.txt'];
const PARTITION_FILES = ['list_eval_partition.txt', 'Eval/list_eval_partition.txt'];
const PICTURE_FOLDERS = [PICTURES, path.join('Img', PICTURES), path.join(PICTURES, PICTURES)];

/** CelebA as its authors publish it: a folder of pictures and text files beside it. */
export const celeba: Layout = {
  name: 'celeba',
  expected: 'img_align_celeba/ and list_attr_celeba.txt',
  recognises: root => findBelow(root, LABEL_FILES) !== undefined,
  open: async (root, context) => {
    const file = findBelow(root, LABEL_FILES) ?? path.join(root, 'list_attr_celeba.txt');
    const table = parseLabelTable(await readTextFile(file), file);
    const pictures = await openPictureFolder(root, PICTURE_FOLDERS, table.files, context);
    const partitionFile = findBelow(root, PARTITION_FILES);
    const partition =
      partitionFile === undefined
        ? undefined
        : parsePartition(await readTextFile(partitionFile), partitionFile, table.files);
    return makeCatalogue('CelebA folder', root, table, partition, pictures);
  },
};
