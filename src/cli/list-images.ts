import {readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {fsPath, rawNamesIn, readableName, textOfBytes} from '../util/raw-names.js';
import {UserError, messageOf} from '../util/user-error.js';
import {isImageName} from '../data/layouts/image-names.js';
import type {ImageItem} from '../artifacts/predict/messages.js';

export type NamedImage = {readonly name: string; readonly item: ImageItem};

/**
 * Lists the images that a user names: files, all images below folders (by name, without hidden ones),
 * and `-` for one image on standard input.
 *
 * @throws UserError where there is no image.
 */
export function listImages(names: readonly string[]): NamedImage[] {
  if (names.filter(name => name === '-').length > 1)
    throw new UserError(
      'Expected - at most once: it stands for standard input, which can be read only once.',
    );
  const images = names.flatMap(name => {
    if (name === '-') return [{name, item: {kind: 'stdin'} as const}];
    return isFolder(name) ? below(name) : [namedImage(name)];
  });
  if (images.length > 0) return images;
  throw new UserError(
    `${names.join(', ') || 'The list'}: there is no image. Expected image files, or folders with files such as .jpg, .png or .webp.`,
    {hint: 'Name the image files, or - for standard input.', exitCode: 3},
  );
}

/** Reads a list of names, separated by line ends or, as by `find -print0`, by NUL. `-`: stdin. */
export function readList(file: string): string[] {
  let text;
  try {
    text = textOfBytes(readFileSync(file === '-' ? 0 : fsPath(file)));
  } catch (error) {
    throw new UserError(`--files-from ${file}: the list cannot be read: ${messageOf(error)}`, {
      hint: 'Expected a file with a path on each line, or - for standard input.',
      exitCode: 3,
      cause: error,
    });
  }
  const separator = text.includes('\0') ? '\0' : /\r?\n/;
  return text.split(separator).filter(line => line !== '');
}

function namedImage(file: string): NamedImage {
  return {name: readableName(file), item: {kind: 'file', file: path.resolve(file)}};
}

function isFolder(name: string): boolean {
  return statSync(fsPath(name), {throwIfNoEntry: false})?.isDirectory() ?? false;
}

function below(folder: string): NamedImage[] {
  return rawNamesIn(folder)
    .filter(({name}) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({name, isFolder: isBelow}) => {
      const file = path.join(folder, name);
      if (isBelow) return below(file);
      return isImageName(name) ? [namedImage(file)] : [];
    });
}
