import {InvalidArgumentError, Option, type Command} from 'commander';
import {parts} from '../../experiment/parts.js';
import {cacheFolder} from '../../util/cache-folder.js';
import {
  abortOnInterrupt,
  findExperimentsFolder,
  type AddCommand,
  type CommandContext,
  type ToAction,
} from '../command.js';
import type {DataFetchOptions} from '../data-fetch.js';
import {dataOption, examples, setOption, wholeNumber} from '../options.js';

type JsonFlag = {readonly json: boolean};

/** `data` and its commands, in the order of its help. */
export const addData: AddCommand = (parent, toAction) => {
  const data = parent.command('data').description('inspect, prepare and fetch images');
  addSample(data, toAction);
  addInfo(data, toAction);
  addPrepare(data, toAction);
  addPreview(data, toAction);
  addCache(data, toAction);
  addFetch(data, toAction);
};

function addSample(parent: Command, toAction: ToAction): void {
  parent
    .command('sample')
    .description('draw the sample faces, unless they exist')
    .option('--json', 'print progress and result as JSON Lines', false)
    .addHelpText('after', examples('celeba-tui data sample'))
    .action(
      toAction(async (context, {json}: JsonFlag) => {
        const signal = abortOnInterrupt(context);
        const {runDataSample} = await import('../data.js');
        return runDataSample({json, signal, cacheFolder: cacheFolder(context.env)}, context);
      }),
    );
}

function addInfo(parent: Command, toAction: ToAction): void {
  parent
    .command('info [experiment]')
    .description('show what a data set holds: counts, balance, strata of the heads')
    .addOption(dataOption())
    .option('--json', 'print JSON', false)
    .addHelpText('after', examples('celeba-tui data info multi-output --data data/celeba'))
    .action(
      toAction(
        async (context, experiment: string | undefined, flags: JsonFlag & {data?: string}) => {
          const request = {...flags, ...(await requestOf(context))};
          const {describeDataOf} = await import('../data.js');
          return describeDataOf(experiment, request, context);
        },
      ),
    );
}

type PrepareFlags = JsonFlag & {readonly data?: string; readonly set: string[]};

function addPrepare(parent: Command, toAction: ToAction): void {
  parent
    .command('prepare <experiment>')
    .description("decode an experiment's images into the cache, so that its runs start at once")
    .addOption(dataOption())
    .addOption(setOption())
    .option('--json', 'print progress and result as JSON Lines', false)
    .addHelpText('after', examples('celeba-tui data prepare multi-output --data data/celeba'))
    .action(
      toAction(async (context, experiment: string, {set, ...flags}: PrepareFlags) => {
        const request = {...flags, ...(await requestOf(context))};
        const {prepareDataOf} = await import('../data.js');
        return prepareDataOf(experiment, set, request, context);
      }),
    );
}

type PreviewFlags = Omit<PrepareFlags, 'json'> & {readonly out?: string};

function addPreview(parent: Command, toAction: ToAction): void {
  parent
    .command('preview <experiment>')
    .description('draw training images as they are, and as training.augment changes them')
    .addOption(dataOption())
    .addOption(setOption())
    .option('--out <file>', 'PNG to write (default: <experiment>-preview.png)')
    .addHelpText(
      'after',
      examples(
        'celeba-tui data preview multi-output --set "training.augment={flip: true, shift: 0.1}"',
      ),
    )
    .action(
      toAction(async (context, experiment: string, {set, ...flags}: PreviewFlags) => {
        const request = {...flags, ...(await requestOf(context))};
        const {previewDataOf} = await import('../data-preview.js');
        return previewDataOf(experiment, set, request, context);
      }),
    );
}

async function requestOf(context: CommandContext) {
  const signal = abortOnInterrupt(context);
  const folder = await findExperimentsFolder();
  return {signal, folder, cacheFolder: cacheFolder(context.env)};
}

type CacheFlags = JsonFlag & {
  readonly clear: boolean;
  /** Bytes. */
  readonly maxSize?: number;
};

function addCache(parent: Command, toAction: ToAction): void {
  parent
    .command('cache')
    .description('list the cached images, or remove the least recently used')
    .option(
      '--max-size <size>',
      'remove the least recently used until at most this much is left, such as 2GB',
      size,
    )
    .option('--clear', 'remove all; a running program keeps what it has open', false)
    .option('--json', 'print JSON', false)
    .addHelpText('after', examples('celeba-tui data cache --max-size 2GB'))
    .action(
      toAction(async (context, {maxSize, ...flags}: CacheFlags) => {
        const {runDataCache} = await import('../data-cache.js');
        const {env, now} = context;
        const options = {...flags, maxSize, cacheFolder: cacheFolder(env), now: now()};
        return runDataCache(options, context);
      }),
    );
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes !== undefined) return bytes;
  throw new InvalidArgumentError(
    `Expected a size such as 2GB, 500MB or 0; received ${JSON.stringify(text)}.`,
  );
}

const UNITS: Readonly<Record<string, number>> = {'': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12};

/** Reads `2GB`, `500 MB` or `0` as bytes; undefined for other texts. */
export function parseSize(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?) ?([kmgt]?)b?$/i.exec(text.trim()) ?? [];
  if (number === undefined) return undefined;
  return Number(number) * (UNITS[(unit ?? '').toLowerCase()] ?? 1);
}

type FetchFlags = Omit<DataFetchOptions, 'name' | 'experiment' | 'folder' | 'signal'> & {
  readonly repository: string;
};

function addFetch(parent: Command, toAction: ToAction): void {
  parent
    .command('fetch [experiment]')
    .description('download CelebA from Hugging Face: all of it, or what an experiment needs')
    .option('--data <dir>', 'folder to create', 'data/celeba')
    .option('--from <url>', 'server', 'https://huggingface.co')
    .option('--repository <name>', 'repository on the server', 'flwrlabs/celeba')
    .option('--revision <name>', 'branch, tag or commit of the repository', 'main')
    .addOption(new Option('--split <part>', 'download one part only').choices(parts))
    .option('--count <n>', 'maximum number of images per part', wholeNumber(1, 10_000_000))
    .option('--yes', 'accept the licence without a question', false)
    .option('--json', 'print progress and result as JSON Lines', false)
    .addHelpText(
      'after',
      examples(
        'celeba-tui data fetch multi-output',
        'celeba-tui data fetch --split train --count 5000 --yes',
      ),
    )
    .action(
      toAction(async (context, experiment: string | undefined, flags: FetchFlags) => {
        const signal = abortOnInterrupt(context);
        const {runDataFetch} = await import('../data-fetch.js');
        const {repository: name, ...rest} = flags;
        const folder = await findExperimentsFolder();
        const options = {...rest, name, experiment, folder, signal};
        return runDataFetch(options, context.openStdin(), context);
      }),
    );
}
