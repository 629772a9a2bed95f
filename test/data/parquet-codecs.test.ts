import {copyFileSync} from 'node:fs';
import path from 'node:path';
import {fileURLToPath} from 'node:url';
import {describe, expect, it} from 'vitest';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {compressors, isPossiblePage} from '../../src/data/parquet/compressors.js';
import {quietContext} from '../helpers/quiet-context.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const fixtures = fileURLToPath(new URL('../fixtures/parquet/', import.meta.url));

/** As `make.py` beside the files writes them. */
const imageOf = (row: number): Buffer =>
  Buffer.from([...Array<number>(150).fill(row), ...Array.from({length: 50}, (_, at) => row + at)]);

describe('a parquet file', () => {
  it.each(['snappy', 'gzip', 'brotli', 'zstd', 'lz4'])(
    'whose pages Arrow compressed with %s is read on every Node',
    async codec => {
      const root = temporaryFolder();
      copyFileSync(path.join(fixtures, `${codec}.parquet`), path.join(root, 'train.parquet'));
      const catalogue = await openCatalogue({source: 'auto'}, {...quietContext(), root});
      expect(catalogue.attributes).toEqual(['Male', 'Smiling']);
      expect(catalogue.files).toHaveLength(40);
      expect([...catalogue.labels.subarray(0, 8)]).toEqual([0, 1, 1, 0, 0, 0, 1, 1]);
      for (const row of [39, 0, 24, 25])
        expect(await catalogue.readImage(row)).toEqual(imageOf(row));
    },
  );
});

describe('a compressed page', () => {
  const text = Buffer.from('parquet, 30 bytes of plain text');
  /** One sequence of literals: an LZ4 block that compresses nothing. */
  const block = Buffer.concat([Buffer.of(0xf0, text.length - 15), text]);
  const sized = (length: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(length);
    return bytes;
  };

  it('of LZ4 is unpacked with the frame that Hadoop puts around it and without', () => {
    const framed = Buffer.concat([sized(text.length), sized(block.length), block]);
    for (const bytes of [framed, block])
      expect(Buffer.from(compressors.LZ4!(bytes, text.length))).toEqual(text);
    expect(Buffer.from(compressors.LZ4_RAW!(block, text.length))).toEqual(text);
  });

  it.each(['SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4', 'LZ4_RAW'] as const)(
    'of %s that claims hundreds of megabytes in a few bytes is refused before memory is allocated',
    codec => {
      const before = process.memoryUsage.rss();
      expect(() => compressors[codec]!(block, 499_000_000)).toThrow('impossible size');
      expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
    },
  );

  it('may be large where it is of images, and packed tightly where it is small', () => {
    expect(isPossiblePage(400_000_000, 450_000_000)).toBe(true);
    expect(isPossiblePage(100, 60_000_000)).toBe(true);
    expect(isPossiblePage(100, 70_000_000)).toBe(false);
    expect(isPossiblePage(-1, 10)).toBe(false);
    expect(isPossiblePage(2 ** 31, 2 ** 31)).toBe(false);
  });
});
