/** The whole package would load WebAssembly for Snappy in every process that decodes images. */
declare module 'hyparquet-compressors/src/lz4.js' {
  export {decompressLz4, decompressLz4Raw} from 'hyparquet-compressors';
}
