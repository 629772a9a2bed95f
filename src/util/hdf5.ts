import {createRequire} from 'node:module';

const require = createRequire(import.meta.url);

/** The used part of jsfive, which has no types. */
type Node = {readonly attrs: Readonly<Record<string, unknown>>};
type Group = Node & {readonly keys: readonly string[]; get(name: string): Group | Dataset};
type Dataset = Node & {readonly shape: readonly number[]; readonly value: ArrayLike<number>};
type Jsfive = {readonly File: new (bytes: ArrayBuffer, name: string) => Group};

/** Numbers in an HDF5 file. */
type Hdf5Dataset = {
  /** Names of the groups that it is in, and its own. */
  readonly path: readonly string[];
  /** The attribute `name` of the group that it is in, where there is one. */
  readonly groupName: string | undefined;
  readonly shape: readonly number[];
  readonly read: () => Float32Array;
};

type Hdf5File = {
  /** Text attributes of the file. */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** In the order of the file. */
  readonly datasets: readonly Hdf5Dataset[];
};

/** Lists what an HDF5 file holds. @throws Error where it is damaged. */
export function readHdf5(bytes: Uint8Array): Hdf5File {
  // Few experiments need it, and it takes long to load.
  const {File} = require('jsfive') as Jsfive;
  const root = new File(Uint8Array.from(bytes).buffer, 'model');
  return {attributes: root.attrs, datasets: [...datasetsIn(root, [])]};
}

function* datasetsIn(group: Group, path: readonly string[]): Generator<Hdf5Dataset> {
  const {name} = group.attrs;
  for (const key of group.keys) {
    const child = group.get(key);
    const at = [...path, key];
    if (!('shape' in child)) yield* datasetsIn(child, at);
    else
      yield {
        path: at,
        groupName: typeof name === 'string' ? name : undefined,
        shape: child.shape,
        read: () => Float32Array.from(child.value),
      };
  }
}
