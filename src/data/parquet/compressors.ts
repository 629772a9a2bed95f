import zlib from 'node:zlib';
import {decompress as unpackZstd} from 'fzstd';
import {snappyUncompress, type Compressors} from 'hyparquet';
import {decompressLz4, decompressLz4Raw} from 'hyparquet-compressors/src/lz4.js';

/** No page of images is larger; no more than this is ever unpacked. */
const MAX_PAGE_BYTES = 500_000_000;

/** Pages up to this size may have any compression ratio. */
const SMALL_PAGE_BYTES = 64_000_000;
/** Larger pages hold images, which are compressed already. */
const MAX_LARGE_RATIO = 10;

type Unpack = (bytes: Uint8Array, length: number) => Uint8Array;
type NodeUnpack = (bytes: Uint8Array, options: {maxOutputLength: number}) => Uint8Array;

/**
 * The codecs of parquet. They allocate nothing for a page of impossible size, and unpack no more
 * than the length that the page's header claims.
 */
export const compressors: Compressors = {
  SNAPPY: checked((bytes, length) => {
    const page = new Uint8Array(length);
    snappyUncompress(bytes, page);
    return page;
  }),
  GZIP: checked(byNode(zlib.gunzipSync)),
  BROTLI: checked(byNode(zlib.brotliDecompressSync)),
  ZSTD: checked(
    // Node has it from 22.15 on.
    'zstdDecompressSync' in zlib
      ? byNode(zlib.zstdDecompressSync as NodeUnpack)
      : // Without a buffer of its own it would allocate what the compressed bytes claim.
        (bytes, length) => unpackZstd(bytes, new Uint8Array(length)),
  ),
  LZ4: checked(decompressLz4),
  LZ4_RAW: checked(decompressLz4Raw),
};

/** Whether a page can have these sizes in bytes: limits what a few compressed bytes may claim. */
export function isPossiblePage(compressed: number, uncompressed: number): boolean {
  const sizes = [compressed, uncompressed];
  if (!sizes.every(size => Number.isInteger(size) && size >= 0 && size <= MAX_PAGE_BYTES)) {
    return false;
  }
  return uncompressed <= Math.max(SMALL_PAGE_BYTES, compressed * MAX_LARGE_RATIO);
}

function checked(unpack: Unpack): Unpack {
  return (bytes, length) => {
    if (!isPossiblePage(bytes.length, length)) throw new Error('a page has an impossible size');
    return unpack(bytes, length);
  };
}

function byNode(unpack: NodeUnpack): Unpack {
  return (bytes, length) => unpack(bytes, {maxOutputLength: Math.max(length, 1)});
}
