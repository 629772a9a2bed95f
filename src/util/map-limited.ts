import pMap from 'p-map';

/** Maximum number of concurrent tasks. Each may open some files; macOS allows a process 256. */
const AT_A_TIME = 16;

/**
 * Maps items with a limited number of concurrent tasks: a folder may have thousands of runs, but a
 * process may not have thousands of open files.
 */
export function mapLimited<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  return pMap(items, work, {concurrency: AT_A_TIME});
}
