import {readFileSync, statSync} from 'node:fs';
import path from 'node:path';
import {fsPath, rawNamesIn, readableName, textOfBytes} from '../../util/raw-names.js';
import {UserError, messageOf} from '../../util/user-error.js';
import type {PictureItem} from '../../predict/messages.js';

/** A picture under the name by which it is reported. */
export type NamedPicture = {readonly name: string; readonly item: PictureItem};

/** What is taken for a picture in a folder; a file that is named itself may end in anything. */
const PICTURE = /\.(jpe?g|jfif|png|webp|gif|tiff?|avif|bmp)$/i;

/**
 * The pictures that a person names: files as they are, folders with all that is below them (in the
 * order of their names, hidden ones left out), `-` for bytes from standard input.
 *
 * @throws UserError where nothing is left to predict.
 */
export function listPictures(names: readonly string[]): NamedPicture[] {
  if (names.filter(name => name === '-').length > 1)
    throw new UserError('- stands for standard input, which can be read once.');
  const pictures = names.flatMap(name => {
    if (name === '-') return [{name, item: {kind: 'stdin'} as const}];
    return isFolder(name) ? below(name) : [pictureOf(name)];
  });
  if (pictures.length > 0) return pictures;
  throw new UserError(
    `${names.join(', ') || 'The list'}: no picture was found. Expected files, or folders with files such as .jpg, .png or .webp.`,
    {hint: 'Name the pictures themselves, or - for standard input.', exitCode: 3},
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

function pictureOf(file: string): NamedPicture {
  return {name: readableName(file), item: {kind: 'file', file: path.resolve(file)}};
}

function isFolder(name: string): boolean {
  return statSync(fsPath(name), {throwIfNoEntry: false})?.isDirectory() ?? false;
}

function below(folder: string): NamedPicture[] {
  return rawNamesIn(folder)
    .filter(({name}) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({name, isFolder: isBelow}) => {
      const file = path.join(folder, name);
      if (isBelow) return below(file);
      return PICTURE.test(name) ? [pictureOf(file)] : [];
    });
}
