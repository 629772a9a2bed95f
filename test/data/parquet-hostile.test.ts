import {closeSync, openSync, truncateSync, writeFileSync, writeSync} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {checkThrift} from '../../src/data/parquet/thrift.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {parquetOf} from '../helpers/write-parquet.js';
import type {LabelledImage} from '../helpers/write-tfrecord.js';

const MEGABYTE = 1_000_000;
const rows: readonly LabelledImage[] = Array.from({length: 8}, (_, index) => ({
  name: `${index}.jpg`,
  bytes: Buffer.alloc(50, index),
  labels: {Male: index % 2},
}));

/** Opens a data set of one file; what came of it, and by how much the process grew meanwhile. */
async function openFile(write: (file: string) => void): Promise<{message: string; grown: number}> {
  const root = temporaryFolder();
  write(path.join(root, 'train.parquet'));
  const before = process.memoryUsage.rss();
  const message = await openCatalogue({source: 'auto'}, {...quietContext(), root}).then(
    () => 'it was read',
    (error: Error) => error.message,
  );
  return {message, grown: process.memoryUsage.rss() - before};
}

function tail(length: number): Buffer {
  const bytes = Buffer.from('\0\0\0\0PAR1', 'latin1');
  bytes.writeUInt32LE(length);
  return bytes;
}

describe('a hostile parquet file', () => {
  it('whose footer claims two gigabytes is refused without reading them', async () => {
    const {message, grown} = await openFile(file => {
      writeFileSync(file, 'PAR1');
      truncateSync(file, 2_100 * MEGABYTE);
      const descriptor = openSync(file, 'r+');
      writeSync(descriptor, tail(2_000 * MEGABYTE), 0, 8, 2_100 * MEGABYTE - 8);
      closeSync(descriptor);
    });
    expect(message).toContain('its footer claims 2000000000 bytes. Expected at most 64000000');
    expect(grown).toBeLessThan(200 * MEGABYTE);
  });

  it('whose total of rows is not that of its row groups is refused before space is made for them', async () => {
    const bytes = parquetOf(rows);
    const length = bytes.readUInt32LE(bytes.length - 8);
    const footer = bytes.subarray(-8 - length, -8);
    // The number of rows: field 3, an i64 of 8, which is 16 with its sign folded in.
    const at = footer.indexOf(Buffer.of(0x16, 16));
    const larger = Buffer.concat([
      footer.subarray(0, at),
      Buffer.of(0x16, 0x80, 0xc2, 0xd7, 0x2f),
      footer.subarray(at + 2),
    ]);
    const {message} = await openFile(file =>
      writeFileSync(
        file,
        Buffer.concat([bytes.subarray(0, -8 - length), larger, tail(length + 3)]),
      ),
    );
    expect(message).toContain('the counts of its rows are inconsistent');
  });

  it.each([
    ['a list of two billion elements', [0x19, 0xf8, 0xff, 0xff, 0xff, 0xff, 0x07], 'a list claims'],
    [
      'lists in lists, each of which claims millions',
      [0x19, ...Array.from({length: 12}, () => [0xf9, 0xff, 0xff, 0x7f]).flat()],
      'a list claims',
    ],
    [
      'a number without an end',
      [0x16, ...Array<number>(5000).fill(0x80), 0],
      'a number is too long',
    ],
    ['structures without an end', Array<number>(5000).fill(0x1c), 'nested too deeply'],
    ['a text that is longer than the file', [0x18, 0xff, 0xff, 0x03], 'its bytes end too early'],
    ['a value of no known type', [0x1e], 'unknown type 14'],
  ])('whose footer holds %s is refused', async (_what, footer, reason) => {
    const {message, grown} = await openFile(file =>
      writeFileSync(file, Buffer.concat([Buffer.from(footer), tail(footer.length)])),
    );
    expect(message).toContain(reason);
    expect(grown).toBeLessThan(200 * MEGABYTE);
  });

  it('never gets past the check with a structure that reaches beyond its bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({maxLength: 60}), bytes => {
        try {
          expect(checkThrift(bytes).end).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          expect((error as Error).message).not.toBe('');
        }
      }),
      {seed: 5, numRuns: 5000},
    );
  });
});
