import {pipeline} from 'node:stream/promises';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {parse} from 'csv-parse';
import {readPlainFile} from '../util/safe-file.js';

/** About a thousand rows: they take a few milliseconds, so the interface stays responsive. */
const CHUNK_BYTES = 64 * 1024;

/**
 * Reads the rows of a CSV file, all of which have as many cells as the first. There can be hundreds
 * of thousands, so other work gets its turn between chunks.
 *
 * @param maxBytes Longer files are rejected without reading them.
 * @param onRow    Gets the cells of a row and its number, which is 1 for the first.
 * @throws Error where the file is missing, is no CSV, or where `onRow` throws.
 */
export async function eachCsvRow(
  file: string,
  maxBytes: number,
  onRow: (cells: readonly string[], row: number) => void,
): Promise<void> {
  const bytes = await readPlainFile(file, maxBytes);
  let count = 0;
  await pipeline(chunksOf(bytes), parse(), async (rows: AsyncIterable<string[]>) => {
    for await (const row of rows) onRow(row, (count += 1));
  });
}

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += CHUNK_BYTES) {
    await nextTurn();
    yield bytes.subarray(from, from + CHUNK_BYTES);
  }
}
