import util from 'node:util';

/** Functions of Node 20 that tfjs-node 4.22.0 calls and Node 23 lacks. */
const removed: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: value => Array.isArray(value),
  isNullOrUndefined: value => value === null || value === undefined,
};

/** Adds to `node:util` the functions that newer versions of Node lack. */
export function defineRemovedFunctions(target: object = util): void {
  for (const [name, value] of Object.entries(removed)) {
    if (!(name in target))
      Object.defineProperty(target, name, {value, configurable: true, writable: true});
  }
}
