import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {parquetOf} from './write-parquet.js';
import {tfrecordOf, type LabelledImage} from './write-tfrecord.js';
import {zipFolder} from './write-zip.js';

/** Moves a folder of tiny faces from the official layout to Kaggle's; keeps the images' bytes. */
export function toKaggle(folder: string): string {
  const {names, rows} = takeLabels(folder);
  const inner = path.join(folder, 'inner');
  renameSync(path.join(folder, 'img_align_celeba'), inner);
  mkdirSync(path.join(folder, 'img_align_celeba'));
  renameSync(inner, path.join(folder, 'img_align_celeba', 'img_align_celeba'));
  const lines = [['image_id', ...names], ...rows].map(cells => cells.join(','));
  writeFileSync(path.join(folder, 'list_attr_celeba.csv'), `\ufeff${lines.join('\r\n')}`);
  return folder;
}

/** Moves a folder of tiny faces from the official layout to that of the courses. */
export function toAmls(folder: string): string {
  const {rows} = takeLabels(folder);
  renameSync(path.join(folder, 'img_align_celeba'), path.join(folder, 'img'));
  const lines = [
    ['', 'img_name', 'gender', 'smiling'],
    ...rows.map((cells, index) => [String(index), ...cells]),
  ].map(cells => cells.join('\t'));
  writeFileSync(path.join(folder, 'labels.csv'), `${lines.join('\n')}\n`);
  return folder;
}

/** Puts the whole folder into a zip, which then is all that is there. */
export async function toZip(folder: string): Promise<string> {
  const zip = await zipFolder(folder, `${folder}.zip`, 'celeba/');
  rmSync(folder, {recursive: true});
  mkdirSync(folder);
  renameSync(zip, path.join(folder, 'archive.zip'));
  return folder;
}

/** Puts the images alone into a zip. */
export async function toImageZip(folder: string): Promise<string> {
  const images = path.join(folder, 'img_align_celeba');
  await zipFolder(images, `${images}.zip`, 'img_align_celeba/');
  rmSync(images, {recursive: true});
  return folder;
}

/** Rewrites a folder of tiny faces as TFRecords, in two files. */
export function toTfrecords(folder: string): string {
  const rows = takeRows(folder);
  const half = Math.ceil(rows.length / 2);
  [rows.slice(0, half), rows.slice(half)].forEach((part, index) =>
    writeFileSync(
      path.join(folder, `celeb_a-train.tfrecord-0000${index}-of-00002`),
      tfrecordOf(part),
    ),
  );
  return folder;
}

/** Rewrites a folder of tiny faces as parquet, with small row groups and pages. */
export function toParquet(folder: string): string {
  const bytes = parquetOf(takeRows(folder), {rowGroupSize: 10, pageSize: 4000});
  writeFileSync(path.join(folder, 'train-00000-of-00001.parquet'), bytes);
  return folder;
}

function takeRows(folder: string): LabelledImage[] {
  const {names, rows} = takeLabels(folder);
  const images = path.join(folder, 'img_align_celeba');
  const taken = rows.map(([name = '', ...cells]) => ({
    name,
    bytes: readFileSync(path.join(images, name)),
    labels: Object.fromEntries(names.map((head, at) => [head, cells[at] === '1' ? 1 : 0])),
  }));
  rmSync(images, {recursive: true});
  return taken;
}

function takeLabels(folder: string): {names: string[]; rows: string[][]} {
  const file = path.join(folder, 'list_attr_celeba.txt');
  const [, names = [], ...rows] = readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map(line => line.trim().split(/\s+/));
  rmSync(file);
  return {names, rows};
}
