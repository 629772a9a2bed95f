import type {RowGeometry} from '../cache/image-rows.js';
import type {Size} from '../image/area-filter.js';
import type {ImageLocation} from '../images/location.js';

/** One image to decode, and the row of the cache file where it goes. */
export type DecodeItem = {
  readonly row: number;
  readonly location: ImageLocation;
};

/** To a decoding process, which answers when all items are in their rows, unreadable ones too. */
export type DecodeRequest =
  | {
      readonly type: 'open';
      readonly size: Size;
      readonly geometry: RowGeometry;
      /** The folder of a tfjs-node; sharp decodes everything where there is none. */
      readonly nativePackage: string | undefined;
    }
  | {readonly type: 'decode'; readonly items: readonly DecodeItem[]};

/** The open cache file, among the files that a decoding process is given. */
export const CACHE_DESCRIPTOR = 4;
