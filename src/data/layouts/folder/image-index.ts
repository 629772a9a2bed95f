import {groupBy} from '../../../util/group-by.js';
import {baseName, stemOf} from '../image-names.js';
import {dataError} from '../text-file.js';

/**
 * Finds the images that a table names: by the path, by its end (`1.jpg` for `photos/1.jpg`), and with
 * another ending or in other capitals.
 */
export class ImageIndex {
  readonly #exact: ReadonlySet<string>;
  readonly #byStem: ReadonlyMap<string, readonly string[]>;

  /** @param images Paths within the folder. */
  constructor(images: readonly string[]) {
    this.#exact = new Set(images);
    this.#byStem = groupBy(images, image => stemOf(baseName(image)));
  }

  /**
   * The path of an image; undefined where there is none.
   *
   * @param where The row, for the message.
   * @throws UserError where several images fit.
   */
  find(name: string, where: string): string | undefined {
    if (this.#exact.has(name)) return name;
    const candidates = this.#candidates(name);
    const [first, second] = bestOf(candidates, name);
    if (second === undefined) return first;
    throw dataError(
      `${where}: ${name} fits ${candidates.length} images: ${first} and ${second}${candidates.length > 2 ? ', …' : ''}. Expected one.`,
      'Write the folder before the name, as in cats/1.jpg.',
    );
  }

  /** Whether there is an image, or several, for what a table may say. */
  has(value: string): boolean {
    const name = plainPath(value);
    return this.#exact.has(name) || this.#candidates(name).length > 0;
  }

  #candidates(name: string): readonly string[] {
    const stem = stemOf(name);
    return (this.#byStem.get(stemOf(baseName(name))) ?? []).filter(path =>
      `/${stemOf(path)}`.endsWith(`/${stem}`),
    );
  }
}

/** Those with the name itself, where some have it; else those with another ending. */
function bestOf(candidates: readonly string[], name: string): readonly string[] {
  const same = candidates.filter(path => `/${path}`.endsWith(`/${name}`));
  return same.length > 0 ? same : candidates;
}

/** A path as tables of any system write it, with / between its parts. */
export function plainPath(value: string): string {
  return value.replaceAll('\\', '/').replace(/^(\.?\/)+/, '');
}

/** The folders that all paths share, with a / at the end; '' where there are none. */
export function sharedFolder(paths: readonly string[]): string {
  let shared = paths[0] ?? '';
  for (const path of paths) {
    while (!path.startsWith(shared) || (shared !== '' && !shared.endsWith('/')))
      shared = shared.slice(0, shared.lastIndexOf('/', shared.length - 2) + 1);
    if (shared === '') break;
  }
  return shared;
}
