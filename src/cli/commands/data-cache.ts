import {InvalidArgumentError} from 'commander';
import {cacheFolder} from '../../util/cache-folder.js';
import type {AddCommand} from '../command.js';
import {examples} from '../options.js';

type DataCacheFlags = {
  readonly json: boolean;
  readonly clear: boolean;
  /** Bytes. */
  readonly maxSize?: number;
};

export const addDataCache: AddCommand = (parent, toAction) => {
  parent
    .command('cache')
    .description('list the cached images, or remove the least recently used')
    .option(
      '--max-size <size>',
      'remove the least recently used until at most this much is left, such as 2GB',
      size,
    )
    .option('--clear', 'remove all; a running program keeps what it has open', false)
    .option('--json', 'as JSON', false)
    .addHelpText('after', examples('celeba-tui data cache --max-size 2GB'))
    .action(
      toAction(async (context, {maxSize, ...flags}: DataCacheFlags) => {
        const {runDataCache} = await import('../data-cache.js');
        const {env, now} = context;
        const options = {...flags, maxSize, cacheFolder: cacheFolder(env), now: now()};
        return runDataCache(options, context);
      }),
    );
};

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined) return bytes;
  throw new InvalidArgumentError(
    `Expected a size such as 2GB, 500MB or 0; received ${JSON.stringify(text)}.`,
  );
}

const UNITS: Readonly<Record<string, number>> = {'': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12};

/** `2GB`, `500 MB`, `0` as bytes; undefined where it is no size. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([kmgt]?)b?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (UNITS[(unit ?? '').toLowerCase()] ?? 1);
}
