import type {Catalogue} from '../catalogue.js';
import type {DecoderName} from '../decode/image-decoder.js';
import {changeTimes} from '../files/source-state.js';
import type {Size} from '../image/area-filter.js';
import {dataError} from '../layouts/text-file.js';
import type {ImageFile} from './image-file.js';

/** Rows that are read at once. */
const AT_ONCE = 64;
/** One of so many images is looked at before a cache file is used. */
const ONE_OF = 100;
/** Longer than any side of an image. */
const SIDES = 0x10000;

/** `position` counts within the catalogue. */
export type UnreadableImage = {readonly position: number; readonly reason: string};

type Contents = {
  readonly source: Pick<Catalogue, 'files' | 'locate'>;
  /** Positions of the catalogue that are used, ascending. */
  readonly chosen: Uint32Array;
  /** Position of each row of the file, ascending; all of `chosen` are among them. */
  readonly positions: Uint32Array;
  readonly decoder: DecoderName;
  readonly size: Size;
  /** Decodes the images into a new file. */
  readonly refill: (reason: string) => Promise<ImageFile>;
};

/** Chosen images of a catalogue, decoded, in a cache file. */
export class CachedImages {
  readonly decoder: DecoderName;
  readonly #contents: Contents;
  readonly #imageBytes: number;
  /** The row of each position, plus 1; 0 for those that have none. */
  readonly #rows: Uint32Array;
  /** 1 for each row whose image was compared with its file in this process. */
  readonly #isCompared: Uint8Array;
  #file: ImageFile | undefined;

  constructor(contents: Contents) {
    this.decoder = contents.decoder;
    this.#contents = contents;
    this.#imageBytes = contents.size[0] * contents.size[1] * 3;
    this.#rows = new Uint32Array(contents.source.files.length);
    contents.positions.forEach((position, row) => (this.#rows[position] = row + 1));
    this.#isCompared = new Uint8Array(contents.positions.length);
  }

  /**
   * Reads from this file from now on; `close` closes it.
   *
   * @param isFresh Whether it was just decoded, so that no image's file needs to be looked at.
   */
  use(file: ImageFile, {isFresh}: {readonly isFresh: boolean}): void {
    this.#file = file;
    this.#isCompared.fill(isFresh ? 1 : 0);
  }

  /**
   * Whether a file of the chosen images has changed since it was decoded.
   *
   * @param which All of them, or a sample with all unreadable ones, which may be whole now.
   */
  hasChanged(which: 'all' | 'sample'): Promise<boolean> {
    const {chosen} = this.#contents;
    if (which === 'all') return this.#hasChanged(chosen);
    const isInSample = (position: number, index: number): boolean =>
      index % ONE_OF === 0 || this.#sizeAt(position) === undefined;
    return this.#hasChanged(chosen.filter(isInSample));
  }

  /** Those that cannot be used, in order of their positions. */
  async unreadable(): Promise<readonly UnreadableImage[]> {
    const unreadable: UnreadableImage[] = [];
    for (const position of this.#contents.chosen) {
      if (this.#sizeAt(position) !== undefined) continue;
      unreadable.push({position, reason: await this.#reason(position)});
    }
    return unreadable;
  }

  /** How many of the usable images are not of the most common size. */
  otherSize(): number {
    const counts = [...this.#sizes().values()];
    return counts.reduce((sum, count) => sum + count, 0) - Math.max(0, ...counts);
  }

  /**
   * [height, width] of most usable images before they were scaled; undefined where none is usable.
   */
  usualSize(): Size | undefined {
    const [usual] = [...this.#sizes()].sort(([, first], [, second]) => second - first);
    return usual === undefined ? undefined : [Math.floor(usual[0] / SIDES), usual[0] % SIDES];
  }

  /**
   * Copies the images at these positions of the catalogue, one after another, into `target`. Where
   * one is damaged, or its file has changed since it was decoded, all are decoded again.
   *
   * @throws UserError with exit code 3 where an image is unreadable now.
   */
  async read(positions: Uint32Array, target: Uint8Array): Promise<void> {
    const size = this.#imageBytes;
    for (let start = 0; start < positions.length; start += AT_ONCE) {
      const part = positions.subarray(start, start + AT_ONCE);
      const out = target.subarray(start * size, (start + part.length) * size);
      const [isWhole, hasChanged] = await Promise.all([
        this.#readPart(part, out),
        this.#hasChanged(part.filter(position => this.#isCompared[this.#rowAt(position)] === 0)),
      ]);
      if (isWhole && !hasChanged) continue;
      const reason = hasChanged ? 'Images have changed' : 'The image cache is damaged';
      await this.close();
      this.use(await this.#contents.refill(reason), {isFresh: true});
      if (!(await this.#readPart(part, out))) {
        throw new Error('an image that was just decoded cannot be read');
      }
    }
  }

  /** May be called more than once. */
  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  get #open(): ImageFile {
    if (this.#file === undefined) throw new Error('the decoded images are not open');
    return this.#file;
  }

  #rowAt(position: number): number {
    return (this.#rows[position] as number) - 1;
  }

  #sizeAt(position: number): Size | undefined {
    return this.#open.originalSize(this.#rowAt(position));
  }

  #reason(position: number): Promise<string> {
    return this.#open.reason(this.#rowAt(position));
  }

  /** False where a row is damaged. */
  async #readPart(positions: Uint32Array, target: Uint8Array): Promise<boolean> {
    const unreadable = positions.find(position => this.#sizeAt(position) === undefined);
    if (unreadable !== undefined) {
      throw dataError(
        `${this.#contents.source.files[unreadable]}: the image changed or was lost while a run used it. Now ${await this.#reason(unreadable)}.`,
        'Leave the images alone while a run reads them, and start again.',
      );
    }
    const size = this.#imageBytes;
    const isWhole = await Promise.all(
      Array.from(positions, (position, index) =>
        this.#open.readPixels(
          this.#rowAt(position),
          target.subarray(index * size, (index + 1) * size),
        ),
      ),
    );
    return !isWhole.includes(false);
  }

  async #hasChanged(positions: Uint32Array): Promise<boolean> {
    if (positions.length === 0) return false;
    const {newestMs} = this.#open.header;
    const {locate} = this.#contents.source;
    const times = await changeTimes(Array.from(positions, position => locate(position).file));
    return positions.some((position, index) => {
      this.#isCompared[this.#rowAt(position)] = 1;
      const time = times[index] as number;
      return time > newestMs || (time === 0 && this.#sizeAt(position) !== undefined);
    });
  }

  /** How many usable images have each size, which is height * SIDES + width. */
  #sizes(): Map<number, number> {
    const sizes = new Map<number, number>();
    for (const position of this.#contents.chosen) {
      const size = this.#sizeAt(position);
      if (size === undefined) continue;
      const key = size[0] * SIDES + size[1];
      sizes.set(key, (sizes.get(key) ?? 0) + 1);
    }
    return sizes;
  }
}
