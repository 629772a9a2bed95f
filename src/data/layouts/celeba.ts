import {findIn} from '../files/file-tree.js';
import {parseLabelTable} from './celeba-labels.js';
import {findImages} from './find-images.js';
import {readIdentities} from './identities.js';
import {CELEBA_FOLDERS} from './image-folder.js';
import {makeCatalogue, type Layout} from './layout.js';
import {PARTITION_FILES, readPartition} from './partition.js';
import {readTable} from './read-table.js';

const LABELS = 'list_attr_celeba.txt';
/** The authors' own archive keeps its text files in folders of their own. */
const LABEL_FILES = [LABELS, `Anno/${LABELS}`];
/** 30,000 of the images at 1024x1024, with numbers and a label file of their own. */
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
      // Its images have other numbers: CelebA's files about people and parts are not about them.
      return makeCatalogue(`CelebA-HQ ${tree.kind}`, tree.place, table, undefined, images);
    }
    const partition = await readPartition(tree, PARTITION_FILES, table, context);
    return makeCatalogue(`CelebA ${tree.kind}`, tree.place, table, partition, images, () =>
      readIdentities(tree, table.files),
    );
  },
};
