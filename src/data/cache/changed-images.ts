import type {Catalogue} from '../catalogue.js';
import type {ImageLocation} from '../images/location.js';
import {stampsMeanwhile, stampsOf, type Stamp} from '../images/stamp.js';
import type {PackFile} from './pack-file.js';

/** One of so many is looked at before the others are believed. */
const ONE_OF = 100;

/**
 * Finds decoded images whose files are not those that were decoded. A file is looked at once,
 * at the latest before its pixels are used for the first time.
 */
export class ChangedImages {
  readonly #catalogue: Pick<Catalogue, 'locate'>;
  readonly #pack: PackFile;
  /** 1 for each position of the catalogue that was compared with its file. */
  readonly #isCompared: Uint8Array;

  constructor(catalogue: Pick<Catalogue, 'locate'>, pack: PackFile) {
    this.#catalogue = catalogue;
    this.#pack = pack;
    this.#isCompared = new Uint8Array(pack.geometry.count);
  }

  /** Some of these positions, evenly spread, and all whose images were broken: they may be whole now. */
  someOf(positions: Uint32Array): Uint32Array {
    return positions.filter(
      (position, index) => index % ONE_OF === 0 || this.#pack.originalSize(position)[0] === 0,
    );
  }

  /** Those of these positions that the pack has, of other files than those that are there now. */
  async among(positions: Uint32Array): Promise<readonly number[]> {
    const decoded = positions.filter(position => this.#pack.has(position));
    const stamps = await stampsOf(decoded.length, this.#locateIn(decoded));
    return this.#compare(decoded, index => [
      stamps[index * 2] as number,
      stamps[index * 2 + 1] as number,
    ]);
  }

  /** The same for those that were not looked at before. */
  async amongUnread(positions: Uint32Array): Promise<readonly number[]> {
    const unread = positions.filter(
      position => this.#isCompared[position] === 0 && this.#pack.has(position),
    );
    const locations = Array.from(unread, position => this.#catalogue.locate(position));
    const stamps = await stampsMeanwhile(locations);
    return this.#compare(unread, index => stamps[index] as Stamp);
  }

  /** The files at these positions were looked at when they were decoded, just now. */
  decoded(positions: Uint32Array): void {
    for (const position of positions) this.#isCompared[position] = 1;
  }

  #locateIn(positions: Uint32Array): (index: number) => ImageLocation {
    return index => this.#catalogue.locate(positions[index] as number);
  }

  #compare(positions: Uint32Array, stampAt: (index: number) => Stamp): readonly number[] {
    return [...positions].filter((position, index) => {
      const [first, second] = stampAt(index);
      const [known, alsoKnown] = this.#pack.stamp(position);
      this.#isCompared[position] = 1;
      return first !== known || second !== alsoKnown;
    });
  }
}
