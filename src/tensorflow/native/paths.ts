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

const NATIVE = 'native';
const KEY = `tfjs-node-${TFJS_NODE_VERSION}-tensorflow-${TENSORFLOW_VERSION}-${process.platform}-${process.arch}`;
const PACKAGE = ['node_modules', '@tensorflow', 'tfjs-node'] as const;

export function nativePaths(cache: string): NativePaths {
  return pathsIn(path.join(cache, NATIVE, KEY));
}

/** The folders from the cache to the package, from the outermost. */
export const nativeFolders: readonly string[] = [NATIVE, KEY, ...PACKAGE];

export function pathsIn(folder: string): NativePaths {
  return {folder, package: path.join(folder, ...PACKAGE)};
}
