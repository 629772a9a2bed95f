import path from 'node:path';

export const TFJS_NODE_VERSION = '4.22.0';
/** Version of the TensorFlow library that the binding is built against. */
export const TENSORFLOW_VERSION = '2.21.0';

/** Folders of a built backend in the cache: one for each pair of versions and kind of machine. */
export type NativePaths = {
  /** Appears complete, by a rename, after its backend has worked. */
  readonly folder: string;
  readonly package: string;
};

const NATIVE = 'native';
const KEY = `tfjs-node-${TFJS_NODE_VERSION}-tensorflow-${TENSORFLOW_VERSION}-${process.platform}-${process.arch}`;
const PACKAGE = ['node_modules', '@tensorflow', 'tfjs-node'] as const;

export function nativePaths(cache: string): NativePaths {
  return pathsIn(path.join(cache, NATIVE, KEY));
}

/** The folders from the cache to the package, outermost first. */
export const nativeFolders: readonly string[] = [NATIVE, KEY, ...PACKAGE];

export function pathsIn(folder: string): NativePaths {
  return {folder, package: path.join(folder, ...PACKAGE)};
}
