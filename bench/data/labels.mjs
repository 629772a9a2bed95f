/** Reads the label file of a folder; prints the seconds from the file to the labels in memory. */
import {folderTree} from '../../build/data/files/folder-tree.js';
import {parseLabelTable} from '../../build/data/layouts/label-tables.js';
import {readTextFile} from '../../build/data/layouts/text-file.js';

const started = performance.now();
const text = await readTextFile(folderTree(process.argv[2]), 'list_attr_celeba.txt');
const {files, attributes} = parseLabelTable(text, 'list_attr_celeba.txt');
const seconds = (performance.now() - started) / 1000;
process.stdout.write(
  JSON.stringify({seconds, images: files.length, attributes: attributes.length}),
);
