import {createHash} from 'node:crypto';
import type {LabelKeys} from '../experiment/schema.js';
import type {ImageLocation} from './images/location.js';

/** Values of `Catalogue.partition`, as in CelebA's own file. */
export const partitions = {train: 0, validation: 1, test: 2} as const;

/** The encoded images of a data set. Positions are those of `Catalogue.files`. */
export type Images = {
  /** Positions of the missing images, ascending. */
  readonly absent: Uint32Array;
  /** The folder of the images, or the zip or shards that hold them. */
  readonly holders: readonly string[];
  /** Where the encoded image at a position is, or would be if it were there. */
  readonly locate: (position: number) => ImageLocation;
};

/**
 * What a data set holds, whatever its layout: names and labels of all images in memory, compact;
 * the images themselves on demand.
 */
export type Catalogue = Images & {
  /** How the data is laid out, for people: `CelebA folder`. */
  readonly layout: string;
  /** The layout and where it is: `CelebA folder /home/me/data/celeba`. */
  readonly source: string;
  /** Where it is, as a full path. */
  readonly place: string;
  readonly attributes: readonly string[];
  /** Base names in the order of the label file. */
  readonly files: readonly string[];
  /** The class or MISSING, image by image: [files * attributes]. */
  readonly labels: Uint8Array;
  /** 0 train, 1 validation, 2 test for each image; undefined where the data brings no partition. */
  readonly partition: Uint8Array | undefined;
  /** The encoded image at a position. Rejects where the file cannot be read. */
  readonly readImage: (position: number) => Promise<Buffer>;
  /**
   * The person in each image, as a number; -1 where it is unknown. undefined where the data does
   * not identify people. Rejects where the file that does is damaged.
   */
  readonly readIdentities: () => Promise<Int32Array | undefined>;
  /** Changes when labels, names or partition change. */
  readonly fingerprint: string;
  /** What the labels of an attribute stand for, where they are not just 0 and 1. */
  readonly classes?: ReadonlyMap<string, readonly string[]>;
  /** Columns that do not label the images with classes, and why. */
  readonly rejected?: ReadonlyMap<string, string>;
  /** How the labels were found, as keys of an experiment. */
  readonly keys?: LabelKeys;
};

export type DataPhase = 'drawing' | 'indexing' | 'reading';

export type CatalogueContext = {
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
  readonly onWarning: (message: string) => void;
  /** Called after each part of the work; the caller decides how often to show it. */
  readonly onProgress: (what: DataPhase, done: number, total: number) => void;
  /** Milliseconds since 1970; the machine's clock where it is left out. */
  readonly now?: () => number;
};

/** For work that tells nobody how far it is, and that nobody interrupts. */
export const quiet: Pick<CatalogueContext, 'signal' | 'onWarning' | 'onProgress'> = {
  signal: new AbortController().signal,
  onWarning: () => {},
  onProgress: () => {},
};

const LENGTH = 16;

/** A short hash over texts and bytes. The boundaries between parts count. */
export function fingerprintOf(
  ...parts: readonly (string | readonly string[] | Uint8Array | undefined)[]
): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : Buffer.from([part ?? ''].flat().join('\n'));
    hash.update(`${bytes.length}:`).update(bytes);
  }
  return hash.digest('hex').slice(0, LENGTH);
}
