import {mkdir, readFile} from 'node:fs/promises';
import path from 'node:path';
import {indexFolder} from '../index-file.js';
import {writeAtomic} from '../../util/write-atomic.js';

/** In which state of its data a pack was compared with it last; kept beside the indexes. */
export class ComparedState {
  readonly #file: string;

  /** @param key Of the pack. */
  constructor(cacheFolder: string, key: string) {
    this.#file = path.join(indexFolder(cacheFolder), `${key}.compared`);
  }

  async isSame(state: string | undefined): Promise<boolean> {
    if (state === undefined) return false;
    return (await readFile(this.#file, 'utf8').catch(() => undefined)) === state;
  }

  /** Without it, the images are compared again the next time: it never fails. */
  async keep(state: string | undefined): Promise<void> {
    if (state === undefined) return;
    try {
      await mkdir(path.dirname(this.#file), {recursive: true});
      await writeAtomic(this.#file, state);
    } catch {
      // Nothing is lost but time.
    }
  }
}
