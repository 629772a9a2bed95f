import {readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {fsPath, rawNamesIn, readableName, textOfBytes} from '../../util/raw-names.js';
import {UserError, messageOf} from '../../util/user-error.js';
import type {ImageItem} from '../../artifacts/predict/messages.js';

/** An image under the name by which it is reported. */
export type NamedImage = {readonly name: string; readonly item: ImageItem};

/** What is taken for an image in a folder; a file that is named itself may end in anything. */
const IMAGE = /\.(jpe?g|jfif|png|webp|gif|tiff?|avif|bmp)$/i;

/**
 * The images that a person names: files as they are, folders with all that is below them (in the
 * order of their names, hidden ones left out), `-` for bytes from standard input.
 *
 * @throws UserError where nothing is left to predict.
 */
export function listImages(names: readonly string[]): NamedImage[] {
  if (names.filter(name => name === '-').length > 1)
    throw new UserError('- stands for standard input, which can be read once.');
  const images = names.flatMap(name => {
    if (name === '-') return [{name, item: {kind: 'stdin'} as const}];
    return isFolder(name) ? below(name) : [terminalPictureOf(name)];
  });
  if (images.length > 0) return images;
  throw new UserError(
    `${names.join(', ') || 'The list'}: no image was found. Expected files, or folders with files such as .jpg, .png or .webp.`,
    {hint: 'Name the images themselves, or - for standard input.', exitCode: 3},
  );
}

/** Names from a list: a line each, or ended by NUL as `find -print0` writes them. `-`: stdin. */
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

function terminalPictureOf(file: string): NamedImage {
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
      return IMAGE.test(name) ? [terminalPictureOf(file)] : [];
    });
}
