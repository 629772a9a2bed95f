import {appendFileSync, existsSync, rmSync} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {all, Fetching, files} from '../helpers/fetching.js';
import {serveParquet} from '../helpers/parquet-server.js';
import {mounted} from '../helpers/small-disk.js';

let fetching: Fetching;
beforeEach(() => (fetching = new Fetching()));

/** Takes all the room that is left. */
function fill(file: string): void {
  try {
    for (;;) appendFileSync(file, Buffer.alloc(4096));
  } catch {
    // Full.
  }
}

describe('data fetch on a disk without room', () => {
  it('names the bytes needed and free before it fetches', async () => {
    const server = await serveParquet(files);
    const free = (bytes: number) => () => Promise.resolve(bytes);
    await expect(fetching.run(server, {freeBytes: free(40e6)})).rejects.toMatchObject({
      message: expect.stringContaining(
        'fetching needs about 100 MB of disk space. Received 40 MB that are free.',
      ) as string,
      hint: expect.stringContaining('--count') as string,
      exitCode: 3,
    });
    const one = {split: 'train', count: 1} as const;
    await expect(fetching.run(server, {...one, freeBytes: free(100e6 + 8_999)})).rejects.toThrow();
    expect(server.asked).toEqual([]);
    await fetching.run(server, {...one, freeBytes: free(100e6 + 9_000)});
    expect((await fetching.fetched()).files).toHaveLength(1);
  });

  it('says what to do where it fills up meanwhile, and continues from there', async context => {
    const disk = path.dirname(fetching.data);
    if (!mounted(disk, 'size=400k')) return context.skip('mount is not allowed');
    const filler = path.join(disk, 'filler');
    let isFull = true;
    const server = await serveParquet(files, request => {
      if (isFull && (request.url ?? '').includes('valid')) fill(filler);
      return false;
    });
    // As it was when the fetch began.
    const freeBytes = (): Promise<number> => Promise.resolve(1e12);
    await expect(fetching.run(server, {freeBytes})).rejects.toMatchObject({
      message: expect.stringContaining('the disk became full (ENOSPC)') as string,
      exitCode: 3,
    });
    expect(existsSync(fetching.data)).toBe(false);
    isFull = false;
    rmSync(filler);
    server.asked.length = 0;
    await fetching.run(server, {freeBytes});
    expect(await fetching.fetched()).toEqual(all);
    expect(server.asked.filter(({path: name}) => name.includes('train'))).toHaveLength(2);
  });
});
