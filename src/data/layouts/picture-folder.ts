import {readdir, stat} from 'node:fs/promises';
import path from 'node:path';
import type {CatalogueContext, Pictures} from '../catalogue.js';
import {dataError} from './text-file.js';

/**
 * The pictures of a folder. `candidates` are the places where it may be below the root, the most
 * nested last: archives are often unpacked into a folder of their own name.
 */
export async function openPictureFolder(
  root: string,
  candidates: readonly string[],
  files: readonly string[],
  {onWarning}: CatalogueContext,
): Promise<Pictures> {
  const folder = await findFolder(root, candidates);
  refusePaths(files);
  return {
    missing: await countMissing(folder, files, onWarning),
    locate: position => ({kind: 'file', file: path.join(folder, files[position] ?? '')}),
  };
}

async function findFolder(root: string, candidates: readonly string[]): Promise<string> {
  const found: string[] = [];
  for (const name of candidates) {
    const folder = path.join(root, name);
    if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) found.push(folder);
  }
  const deepest = found.at(-1);
  if (deepest !== undefined) return deepest;
  throw dataError(
    `${path.join(root, candidates[0] ?? '')} is missing: the labels are there, the pictures are not.`,
    `Unpack the archive of the pictures in ${root}.`,
  );
}

/** A label file names pictures of its own folder, and never reaches another. */
function refusePaths(files: readonly string[]): void {
  const outside = files.find(name => /[\\/]|^\.{1,2}$/.test(name));
  if (outside === undefined) return;
  throw dataError(
    `${JSON.stringify(outside)} in the label file is a path. Expected the plain name of a picture.`,
    'Put the pictures into one folder, and their names alone into the label file.',
  );
}

async function countMissing(
  folder: string,
  files: readonly string[],
  onWarning: (message: string) => void,
): Promise<number> {
  const present = new Set(await readdir(folder));
  const missing = files.filter(name => !present.has(name));
  if (missing.length === 0) return 0;
  if (missing.length === files.length) {
    throw dataError(
      `${folder}: none of the ${files.length} pictures that the labels name is there, such as ${missing[0]}.`,
      'Unpack the archive of the pictures there.',
    );
  }
  onWarning(
    `${folder}: ${missing.length} of ${files.length} pictures are missing, such as ${missing[0]}.`,
  );
  return missing.length;
}
