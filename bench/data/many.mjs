/** A folder of many images, made by repeating those of another: hard links, or copies where there can be none. */
import {copyFileSync, linkSync, mkdirSync, readdirSync} from 'node:fs';
import path from 'node:path';

export const nameOf = index => `${String(index + 1).padStart(6, '0')}.jpg`;

/** The names of the images that are there to be repeated, in order. */
export function imageNames(source) {
  return readdirSync(path.join(source, 'img_align_celeba'))
    .filter(name => name.endsWith('.jpg'))
    .sort();
}

/** @returns the folder `img_align_celeba` below `target`. */
export function repeatImages(source, target, count) {
  const names = imageNames(source);
  const to = path.join(target, 'img_align_celeba');
  mkdirSync(to, {recursive: true});
  for (let index = 0; index < count; index++) {
    const file = path.join(to, nameOf(index));
    // Of each image one copy on the same disk, so that links to it can be made.
    if (index < names.length)
      copyFileSync(path.join(source, 'img_align_celeba', names[index]), file);
    else linkOrCopy(path.join(to, nameOf(index % names.length)), file);
  }
  return to;
}

function linkOrCopy(from, to) {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
