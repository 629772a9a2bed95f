import {readableName} from '../../util/raw-names.js';
import {isClutter} from '../files/file-tree.js';
import {dataError} from './text-file.js';

const FOLDER = /^.*[\\/]/;

/** The name of a file without the folders before it, with / or \ between them. */
export function baseName(path: string): string {
  return path.replace(FOLDER, '');
}

/**
 * The plain names of a label file's images. A folder that all of them share (`img\000001.jpg`,
 * `/home/me/celeba/img/000001.jpg`) is left out: images are only searched for in the data set's
 * folder.
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

/** Endings of images, best first: where a name fits several files, the first of these is read. */
const ENDINGS = ['jpg', 'jpeg', 'jfif', 'png', 'webp', 'bmp', 'gif', 'tif', 'tiff', 'avif'];
const ENDING = new RegExp(`\\.(${ENDINGS.join('|')})$`, 'i');

/** Whether a name ends as those of images do. */
export function isImageName(name: string): boolean {
  return ENDING.test(name);
}

/** How the names of a label file match those in a folder. */
export type NameMatch = {
  /** Positions of the names that no file in the folder has, ascending. */
  readonly absent: Uint32Array;
  /**
   * The names in the folder, for all positions; undefined where they equal those of the label file.
   */
  readonly renamed: readonly string[] | undefined;
};

/**
 * The part of a name that is the same in all copies of a data set: without ending, in lower case,
 * and in one encoding (`ü` may be one or two code points, or Latin-1).
 */
export function stemOf(name: string): string {
  return readableName(name).normalize('NFC').replace(ENDING, '').toLowerCase();
}

/**
 * Finds the file for each name: the one of exactly this name, or the one of the same stem, as in
 * `000001.png` for `000001.jpg`.
 *
 * @param present Names in the folder.
 */
export function matchNames(files: readonly string[], present: ReadonlySet<string>): NameMatch {
  const unmatched = Uint32Array.from(files.keys()).filter(
    position => !present.has(files[position] as string),
  );
  if (unmatched.length === 0) return {absent: unmatched, renamed: undefined};
  const byStem = namesByStem(present);
  const renamed = [...files];
  const absent = unmatched.filter(position => {
    const name = byStem.get(stemOf(files[position] as string));
    if (name !== undefined) renamed[position] = name;
    return name === undefined;
  });
  return {absent, renamed: absent.length === unmatched.length ? undefined : renamed};
}

/** Images in a folder by their stem, and files without an ending. */
function namesByStem(present: ReadonlySet<string>): ReadonlyMap<string, string> {
  const byStem = new Map<string, string>();
  for (const name of present) {
    if (isClutter(name) || name.includes('\n')) continue;
    if (name.includes('.') && !ENDING.test(name)) continue;
    const stem = stemOf(name);
    const before = byStem.get(stem);
    if (before === undefined || rankOf(name) < rankOf(before)) byStem.set(stem, name);
  }
  return byStem;
}

/**
 * A sort key; capitals count too, so that the result does not depend on the order of the listing.
 */
function rankOf(name: string): string {
  const ending = ENDING.exec(name)?.[1]?.toLowerCase() ?? '';
  const index = ENDINGS.indexOf(ending);
  return `${index === -1 ? 'x' : index}${name.toLowerCase() === name ? 0 : 1}${name}`;
}

/** Names under which an image may be in a folder, the one of the label file first. */
export function possibleNames(name: string): readonly string[] {
  const stem = name.replace(ENDING, '');
  return [
    name,
    ...ENDINGS.flatMap(ending => [`${stem}.${ending}`, `${stem}.${ending.toUpperCase()}`]),
    stem,
  ];
}
