import {mapLimited} from '../../util/map-limited.js';
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

type Stored = {
  readonly decoder: DecoderName;
  readonly size: Size;
  /** Position of each row of the file, ascending; all that are chosen are among them. */
  readonly positions: Uint32Array;
  readonly refill: (reason: string) => Promise<ImageFile>;
};

/** Chosen images of a catalogue, decoded, in a cache file. */
export class CachedImages {
  readonly decoder: DecoderName;
  readonly #source: Pick<Catalogue, 'files' | 'locate'>;
  readonly #chosen: Uint32Array;
  readonly #refill: Stored['refill'];
  readonly #imageBytes: number;
  /** The row of each position, plus 1; 0 for those that have none. */
  readonly #rows: Uint32Array;
  /** 1 for each row whose image was compared with its file in this process. */
  readonly #isCompared: Uint8Array;
  #file: ImageFile | undefined;

  /** @param chosen Positions of the catalogue that are used, ascending. */
  constructor(
    source: Pick<Catalogue, 'files' | 'locate'>,
    chosen: Uint32Array,
    {decoder, size, positions, refill}: Stored,
  ) {
    this.decoder = decoder;
    this.#source = source;
    this.#chosen = chosen;
    this.#refill = refill;
    this.#imageBytes = size[0] * size[1] * 3;
    this.#rows = new Uint32Array(source.files.length);
    positions.forEach((position, row) => (this.#rows[position] = row + 1));
    this.#isCompared = new Uint8Array(positions.length);
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
    const isLookedAt = (position: number, index: number): boolean =>
      which === 'all' || index % ONE_OF === 0 || this.#sizeAt(position) === undefined;
    return this.#hasChanged(this.#chosen.filter(isLookedAt));
  }

  /** Those that cannot be used, in order of their positions. */
  unreadable(): Promise<readonly UnreadableImage[]> {
    const positions = this.#chosen.filter(position => this.#sizeAt(position) === undefined);
    return mapLimited([...positions], async position => ({
      position,
      reason: await this.#reason(position),
    }));
  }

  /**
   * Sizes of the usable images before they were scaled: [height, width] of most of them (undefined
   * where none is usable), and how many have another.
   */
  sizes(): {readonly usual: Size | undefined; readonly otherSize: number} {
    const counts = new Map<number, number>();
    for (const position of this.#chosen) {
      const size = this.#sizeAt(position);
      if (size === undefined) continue;
      const key = size[0] * SIDES + size[1];
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [usual, ...rest] = [...counts].sort(([, first], [, second]) => second - first);
    return {
      usual: usual && [Math.floor(usual[0] / SIDES), usual[0] % SIDES],
      otherSize: rest.reduce((sum, [, count]) => sum + count, 0),
    };
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
      await this.close();
      const reason = hasChanged ? 'Images have changed' : 'The image cache is damaged';
      this.use(await this.#refill(reason), {isFresh: true});
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
        `${this.#source.files[unreadable]}: the image changed or was lost while a run used it. Now ${await this.#reason(unreadable)}.`,
        'Put it back, leave the images alone while a run reads them, and resume the run.',
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
    const files = Array.from(positions, position => this.#source.locate(position).file);
    const times = await changeTimes(files);
    return positions.some((position, index) => {
      this.#isCompared[this.#rowAt(position)] = 1;
      const time = times[index] as number;
      return time > newestMs || (time === 0 && this.#sizeAt(position) !== undefined);
    });
  }
}
