import util from 'node:util';

/** What tfjs-node 4.22.0 still calls and Node 23 removed, as Node 20 had it. */
const removed: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: value => Array.isArray(value),
  isNullOrUndefined: value => value === null || value === undefined,
};

/** Gives `node:util` back the functions that newer versions of Node lack. */
export function defineRemovedFunctions(target: object = util): void {
  for (const [name, value] of Object.entries(removed)) {
    if (!(name in target))
      Object.defineProperty(target, name, {value, configurable: true, writable: true});
  }
}
