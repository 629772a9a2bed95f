/**
 * Where the bytes of one image are: plain data, so that another process can read them without
 * opening the whole data set again.
 */
export type ImageLocation =
  | {readonly kind: 'file'; readonly file: string}
  | FileRange
  | ZipEntryLocation
  | ParquetLocation
  /** It is known already that it cannot be read, and why. */
  | {readonly kind: 'unreadable'; readonly file: string; readonly reason: string};

/** A part of a larger file. */
export type FileRange = {
  readonly kind: 'range';
  readonly file: string;
  readonly start: number;
  readonly length: number;
  /** CRC-32 of these bytes. */
  readonly crc32: number;
};

/** A file inside a zip. */
export type ZipEntryLocation = {
  readonly kind: 'zip';
  readonly file: string;
  /** Of the entry's local header. */
  readonly start: number;
  /** As it is stored. */
  readonly length: number;
  readonly method: 'stored' | 'deflated';
  /** Unpacked. */
  readonly unpackedLength: number;
  /** CRC-32 of the unpacked bytes. */
  readonly crc32: number;
};

/** A row of a parquet file. */
export type ParquetLocation = {
  readonly kind: 'parquet';
  readonly file: string;
  /** Index of the row group. */
  readonly group: number;
  /** Within the group. */
  readonly row: number;
};
