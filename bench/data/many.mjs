/** A folder of many pictures, made by repeating those of another: hard links, or copies across disks. */
import {copyFileSync, existsSync, linkSync, mkdirSync, readdirSync, rmSync} from 'node:fs';
import path from 'node:path';

export const nameOf = index => `${String(index + 1).padStart(6, '0')}.jpg`;

/** @returns the folder `img_align_celeba` below `target`. */
export function repeatPictures(source, target, count) {
  const from = path.join(source, 'img_align_celeba');
  const names = readdirSync(from)
    .filter(name => name.endsWith('.jpg'))
    .sort();
  const to = path.join(target, 'img_align_celeba');
  if (existsSync(to) && readdirSync(to).length === count) return to;
  rmSync(to, {recursive: true, force: true});
  mkdirSync(to, {recursive: true});
  // One copy of each on the same disk, so that the links can be made.
  const seeds = path.join(target, 'pictures');
  mkdirSync(seeds, {recursive: true});
  for (const name of names) copyFileSync(path.join(from, name), path.join(seeds, name));
  // A file has at most 65,000 names on some file systems: far more than are needed here.
  for (let index = 0; index < count; index++)
    linkSync(path.join(seeds, names[index % names.length]), path.join(to, nameOf(index)));
  return to;
}
