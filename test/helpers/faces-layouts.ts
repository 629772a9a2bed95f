import {mkdirSync, readFileSync, renameSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';

/** Moves a folder of tiny faces from the official layout to Kaggle's; keeps the pictures' bytes. */
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

function takeLabels(folder: string): {names: string[]; rows: string[][]} {
  const file = path.join(folder, 'list_attr_celeba.txt');
  const [, names = [], ...rows] = readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .map(line => line.trim().split(/\s+/));
  rmSync(file);
  return {names, rows};
}
