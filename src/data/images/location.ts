/**
 * Where the bytes of one image are: plain data, so that another process can read them without
 * opening the whole data set again.
 */
export type ImageLocation =
  | {readonly kind: 'file'; readonly file: string}
  | ZipEntryLocation
  | RowLocation
  /** A file that cannot be read, and why. */
  | {readonly kind: 'unreadable'; readonly file: string; readonly reason: string};

export type ZipEntryLocation = {
  readonly kind: 'zip';
  readonly file: string;
  /** Offset of the entry's local header. */
  readonly start: number;
  readonly length: number;
  readonly method: 'stored' | 'deflated';
  readonly unpackedLength: number;
  /** CRC-32 of the unpacked bytes. */
  readonly crc32: number;
};

/** A record of a TFRecord file or a row of a parquet file, from 0. */
type RowLocation = {
  readonly kind: 'record' | 'parquet';
  readonly file: string;
  readonly row: number;
};

/** An image that cannot be used, with the reason in words. */
export class BadImage extends Error {
  override readonly name = 'BadImage';
}
