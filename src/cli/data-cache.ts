import {readdir, rm, stat} from 'node:fs/promises';
import path from 'node:path';
import {listPacks, packsFolder, trimPacks, type Pack} from '../data/cache/packs.js';
import {indexFolder} from '../data/index-file.js';
import type {ExitCode} from '../util/exit-codes.js';
import {bytes as bytesText, duration, printable} from '../util/format.js';
import {textTable} from '../util/table.js';
import type {Streams} from '../app/streams.js';

export type DataCacheOptions = {
  readonly cacheFolder: string;
  readonly json: boolean;
  /** Remove what was used longest ago until the rest takes at most so many bytes. */
  readonly maxSize: number | undefined;
  /** Remove all that nobody uses. */
  readonly clear: boolean;
  /** Milliseconds since 1970. */
  readonly now: number;
};

/** Lists the decoded images that are kept, or removes some of them. */
export async function runDataCache(
  {cacheFolder, json, maxSize, clear, now}: DataCacheOptions,
  {stdout}: Streams,
): Promise<ExitCode> {
  const folder = packsFolder(cacheFolder);
  const limit = clear ? 0 : maxSize;
  const removed = limit === undefined ? [] : await trimPacks(folder, limit);
  if (clear) await rm(indexFolder(cacheFolder), {recursive: true, force: true});
  const packs = await listPacks(folder);
  const indexBytes = await sizeOf(indexFolder(cacheFolder));
  if (json) {
    const answer = {
      folder,
      packs: packs.map(packJson),
      removed: removed.map(packJson),
      indexBytes,
    };
    stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
    return 0;
  }
  if (packs.length > 0) stdout.write(packTable(packs, now));
  const total = (list: readonly Pack[]): string =>
    bytesText(list.reduce((sum, {diskBytes}) => sum + diskBytes, 0));
  if (limit !== undefined) stdout.write(`removed ${removed.length} (${total(removed)})\n`);
  const indexes = indexBytes === 0 ? '' : `; ${bytesText(indexBytes)} of indexes`;
  stdout.write(
    `${packs.length === 0 ? 'no decoded images' : total(packs)} in ${printable(folder)}${indexes}\n`,
  );
  return 0;
}

function packTable(packs: readonly Pack[], now: number): string {
  const rows = packs.map(({header, diskBytes, usedMs, inUse}) => [
    header === undefined ? '-' : `${header.height}x${header.width}`,
    header === undefined ? 'damaged' : (header.decoder.split('-')[0] ?? ''),
    bytesText(diskBytes),
    inUse ? 'now' : `${duration(Math.max(0, (now - usedMs) / 1000))} ago`,
    printable(header?.source ?? ''),
  ]);
  return textTable({header: ['SIZE', 'DECODER', 'ON DISK', 'USED', 'DATA'], rows, right: [2]});
}

function packJson({file, header, diskBytes, usedMs, inUse}: Pack): object {
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
    inUse,
  };
}

async function sizeOf(folder: string): Promise<number> {
  let total = 0;
  for (const name of await readdir(folder).catch(() => [])) {
    total += (await stat(path.join(folder, name)).catch(() => undefined))?.size ?? 0;
  }
  return total;
}
