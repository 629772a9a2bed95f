import zlib from 'node:zlib';
import type {Compressors} from 'hyparquet';

/** A larger page is none of pictures; more than that is never unpacked. */
export const MAX_PAGE_BYTES = 500_000_000;

type Unpack = (bytes: Uint8Array, options: {maxOutputLength: number}) => Uint8Array;

/** What Node can unpack, besides the codecs that hyparquet brings. */
export const compressors: Compressors = {
  GZIP: limited(zlib.gunzipSync),
  BROTLI: limited(zlib.brotliDecompressSync),
  ...('zstdDecompressSync' in zlib && {ZSTD: limited(zlib.zstdDecompressSync as Unpack)}),
};

function limited(unpack: Unpack): (bytes: Uint8Array, length: number) => Uint8Array {
  return (bytes, length) =>
    unpack(bytes, {maxOutputLength: Math.min(Math.max(length, 1), MAX_PAGE_BYTES)});
}
