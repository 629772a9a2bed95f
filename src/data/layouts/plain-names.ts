import {dataError} from './text-file.js';

const FOLDER = /^.*[\\/]/;

/** The name of a file without the folders before it, with / or \ between them. */
export function baseName(path: string): string {
  return path.replace(FOLDER, '');
}

/**
 * The plain names of a label file's images. Where all of them are in one folder (`img\000001.jpg`,
 * `/home/me/celeba/img/000001.jpg`), that is left out: images are only ever looked for in the data
 * set's own folder of images.
 *
 * @throws UserError where they are in different folders, or a path leads upwards.
 */
export function plainNames(files: readonly string[], file: string): readonly string[] {
  const [folder = ''] = FOLDER.exec(files[0] ?? '') ?? [];
  const wrong = files.find(name => (FOLDER.exec(name)?.[0] ?? '') !== folder);
  const outside = /(^|[\\/])\.\.?([\\/]|$)/.test(folder) ? files[0] : wrong;
  if (outside !== undefined) {
    throw dataError(
      `${file}: ${JSON.stringify(outside)} in the label file is a path${folder === '' ? '' : `, and others are in ${folder}`}. Expected plain names of images, or all in one folder.`,
      'Put the images into one folder, and their names alone into the label file.',
    );
  }
  const names = folder === '' ? files : files.map(name => name.slice(folder.length));
  const strange = names.find(name => /^\.{0,2}$/.test(name));
  if (strange === undefined) return names;
  throw dataError(
    `${file}: ${JSON.stringify(strange)} is not the name of an image.`,
    'Correct or remove its line.',
  );
}
