import path from 'node:path';

export const TFJS_NODE_VERSION = '4.22.0';
/** The TensorFlow whose library the binding is built against where the prebuilt one cannot be had. */
export const TENSORFLOW_VERSION = '2.21.0';

/** Where a built backend lies in the cache: one for each pair of versions and kind of machine. */
export type NativePaths = {
  /** Appears whole, by a rename, when everything in it works. */
  readonly folder: string;
  readonly package: string;
};

export function nativePaths(cache: string): NativePaths {
  const key = `tfjs-node-${TFJS_NODE_VERSION}-tensorflow-${TENSORFLOW_VERSION}-${process.platform}-${process.arch}`;
  return pathsIn(path.join(cache, 'native', key));
}

export function pathsIn(folder: string): NativePaths {
  return {folder, package: path.join(folder, 'node_modules', '@tensorflow', 'tfjs-node')};
}
