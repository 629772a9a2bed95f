import pMap from 'p-map';

/** Tasks at a time. Each may hold some files open; macOS gives a process 256. */
const AT_A_TIME = 16;

/**
 * What `work` gives for each item, in their order, however many there are: a folder may have thousands
 * of runs, a process may not have thousands of open files.
 */
export function mapLimited<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  return pMap(items, work, {concurrency: AT_A_TIME});
}
