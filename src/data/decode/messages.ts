import type {RowGeometry} from '../cache/image-rows.js';
import type {Size} from '../image/area-filter.js';
import type {ImageLocation} from '../images/location.js';

/** One image to decode, and the row of the cache file where it goes. */
export type DecodeItem = {
  readonly row: number;
  readonly location: ImageLocation;
};

/** To a decoding process. */
export type DecodeCommand =
  | {
      readonly type: 'start';
      readonly size: Size;
      readonly geometry: RowGeometry;
      /** The folder of a tfjs-node; sharp decodes everything where there is none. */
      readonly nativePackage: string | undefined;
    }
  | {readonly type: 'decode'; readonly items: readonly DecodeItem[]};

/** From a decoding process. */
export type DecodeEvent =
  /** It can decode. */
  | {readonly type: 'started'}
  /** All items of one command are in their rows, unreadable ones too. */
  | {readonly type: 'decoded'}
  /** It cannot go on. */
  | {readonly type: 'failed'; readonly message: string};

/** The open cache file, among the files that a decoding process is given. */
export const CACHE_DESCRIPTOR = 4;
