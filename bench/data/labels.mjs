/** Reads the label file of a folder; prints the seconds from the file to the labels in memory. */
import {folderTree} from '../../build/data/files/folder-tree.js';
import {parseLabels} from '../../build/data/layouts/label-tables.js';
import {readBytes, textOf} from '../../build/data/layouts/text-file.js';

const LABELS = 'list_attr_celeba.txt';
const started = performance.now();
const text = textOf(await readBytes(folderTree(process.argv[2]), LABELS), LABELS);
const {files, attributes} = parseLabels(text, LABELS);
const seconds = (performance.now() - started) / 1000;
process.stdout.write(
  JSON.stringify({seconds, images: files.length, attributes: attributes.length}),
);
