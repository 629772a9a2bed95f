import {existsSync} from 'node:fs';
import {readFile, readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import type {Catalogue, CatalogueContext} from '../catalogue.js';
import {fingerprintOf} from '../fingerprint.js';
import {Lines, parseLabelTable} from './celeba-labels.js';
import {dataError, readTextFile} from './text-file.js';

const LABELS = 'list_attr_celeba.txt';
const PARTITION = 'list_eval_partition.txt';
const PICTURES = 'img_align_celeba';
/** The authors' own archive keeps its text files in a folder of their own. */
const TEXT_FOLDERS = ['.', 'Anno', 'Eval'];
const PICTURE_FOLDERS = [PICTURES, path.join(PICTURES, PICTURES), path.join('Img', PICTURES)];

/** Whether a folder looks like CelebA's official layout. */
export function isCelebA(root: string): boolean {
  return findText(root, LABELS) !== undefined;
}

/** CelebA as its authors publish it: a folder of pictures and text files beside it. */
export async function openCelebA(root: string, {onWarning}: CatalogueContext): Promise<Catalogue> {
  const labelFile = findText(root, LABELS) ?? path.join(root, LABELS);
  const {attributes, files, labels} = parseLabelTable(await readTextFile(labelFile), labelFile);
  const pictures = await findPictures(root);
  const partitionFile = findText(root, PARTITION);
  const partition =
    partitionFile === undefined
      ? undefined
      : parsePartition(await readTextFile(partitionFile), partitionFile, files);
  await warnOfMissing(pictures, files, onWarning);
  return {
    source: `CelebA folder ${path.relative('.', root) || '.'}`,
    attributes,
    files,
    labels,
    partition,
    fingerprint: fingerprintOf(attributes, files, labels, partition),
    readImage: position => readFile(path.join(pictures, files[position] ?? '')),
  };
}

function findText(root: string, name: string): string | undefined {
  return TEXT_FOLDERS.map(folder => path.join(root, folder, name)).find(file => existsSync(file));
}

async function findPictures(root: string): Promise<string> {
  const found: string[] = [];
  for (const folder of PICTURE_FOLDERS) {
    const candidate = path.join(root, folder);
    if ((await stat(candidate).catch(() => undefined))?.isDirectory() === true)
      found.push(candidate);
  }
  const deepest = found.at(-1);
  if (deepest !== undefined) return deepest;
  throw dataError(
    `${path.join(root, PICTURES)} is missing: the labels are there, the pictures are not.`,
    `Unpack ${PICTURES}.zip in ${root}.`,
  );
}

async function warnOfMissing(
  folder: string,
  files: readonly string[],
  onWarning: (message: string) => void,
): Promise<void> {
  const present = new Set(await readdir(folder));
  const missing = files.filter(name => !present.has(name));
  if (missing.length === 0) return;
  if (missing.length === files.length) {
    throw dataError(
      `${folder}: none of the ${files.length} pictures that the labels name is there, such as ${missing[0]}.`,
      `Unpack ${PICTURES}.zip there.`,
    );
  }
  onWarning(
    `${folder}: ${missing.length} of ${files.length} pictures are missing, such as ${missing[0]}.`,
  );
}

/** `list_eval_partition.txt`: a name and 0, 1 or 2 in each line, no header. */
function parsePartition(text: string, file: string, files: readonly string[]): Uint8Array {
  const byName = new Map<string, number>();
  const lines = new Lines(text);
  for (let line = lines.next(); line !== undefined; line = lines.next()) {
    const [name, value, ...rest] = line.split(/[\s,]+/);
    if (name === undefined || rest.length > 0 || !/^[012]$/.test(value ?? '')) {
      throw dataError(
        `${file}:${lines.number}: Expected a file name and 0, 1 or 2; received ${JSON.stringify(line.slice(0, 80))}.`,
        'Download it again, or correct this line.',
      );
    }
    byName.set(name, Number(value));
  }
  return Uint8Array.from(files, name => {
    const value = byName.get(name);
    if (value !== undefined) return value;
    throw dataError(
      `${file}: ${name} has no line. Expected one for each labelled image.`,
      'Download it again.',
    );
  });
}
