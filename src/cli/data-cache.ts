import path from 'node:path';
import {
  imageCacheFolder,
  listCacheFiles,
  trimCacheFiles,
  type CacheFile,
} from '../data/cache/cache-files.js';
import {trimTables} from '../data/table-cache.js';
import type {ExitCode} from '../util/exit-codes.js';
import {bytes as bytesText, duration, printable} from '../util/format.js';
import {textTable} from '../util/table.js';
import type {Streams} from '../app/streams.js';
import {sum} from '../util/sum.js';

export type DataCacheOptions = {
  readonly cacheFolder: string;
  readonly json: boolean;
  /** Remove the least recently used images, then tables, until at most this many bytes are left. */
  readonly maxSize: number | undefined;
  readonly clear: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Lists the image cache, or removes some of its files. */
export async function runDataCache(
  {cacheFolder, json, maxSize, clear, now}: DataCacheOptions,
  {stdout}: Streams,
): Promise<ExitCode> {
  const folder = imageCacheFolder(cacheFolder);
  const limit = clear ? 0 : maxSize;
  const removed = limit === undefined ? [] : await trimCacheFiles(folder, limit);
  const files = await listCacheFiles(folder);
  const bytesOf = (list: readonly CacheFile[]): number => sum(list.map(({diskBytes}) => diskBytes));
  const forTables = limit === undefined ? undefined : Math.max(0, limit - bytesOf(files));
  const tableBytes = await trimTables(cacheFolder, forTables);
  if (json) {
    const answer = {
      folder,
      files: files.map(fileJson),
      removed: removed.map(fileJson),
      tableBytes,
    };
    stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return 0;
  }
  if (files.length > 0) stdout.write(fileTable(files, now));
  if (limit !== undefined)
    stdout.write(`removed ${removed.length} (${bytesText(bytesOf(removed))})\n`);
  const tables = tableBytes === 0 ? '' : `; ${bytesText(tableBytes)} of label tables and features`;
  stdout.write(
    `${files.length === 0 ? 'no decoded images' : bytesText(bytesOf(files))} in ${printable(folder)}${tables}\n`,
  );
  return 0;
}

function fileTable(files: readonly CacheFile[], now: number): string {
  const rows = files.map(({header, diskBytes, usedMs}) => [
    header === undefined ? '-' : `${header.height}x${header.width}`,
    header === undefined ? 'damaged' : (header.decoder.split('-')[0] ?? ''),
    bytesText(diskBytes),
    `${duration(Math.max(0, (now - usedMs) / 1000))} ago`,
    printable(header?.source ?? ''),
  ]);
  return textTable({header: ['SIZE', 'DECODER', 'ON DISK', 'USED', 'DATA'], rows, right: [2]});
}

function fileJson({file, header, diskBytes, usedMs}: CacheFile): object {
  return {
    file: path.basename(file),
    ...(header === undefined
      ? {damaged: true}
      : {
          source: header.source,
          height: header.height,
          width: header.width,
          decoder: header.decoder,
        }),
    bytes: diskBytes,
    used: new Date(usedMs).toISOString(),
  };
}
