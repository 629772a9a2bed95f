import path from 'node:path';
import {createInterface} from 'node:readline/promises';
import {assertEmptyTarget, fetchData} from '../data/fetch/fetch-data.js';
import {LICENCE} from '../data/fetch/licence.js';
import {realTarget} from '../data/fetch/fetching-folder.js';
import {listParquet, type Repository} from '../data/fetch/repository.js';
import {wantedBy, wantedCount} from '../data/fetch/wanted.js';
import {loadExperiment} from '../experiment/load.js';
import type {ExitCode} from '../util/exit-codes.js';
import {bytes as bytesText, escaped, printable, thousands} from '../util/format.js';
import {assertSecure} from '../util/secure-address.js';
import {UserError} from '../util/user-error.js';
import {dataProgress} from './progress-bar.js';
import type {Streams} from '../app/streams.js';
import {parts as allParts, type Part} from '../experiment/parts.js';
import {sum} from '../util/sum.js';

export type DataFetchOptions = Repository & {
  /** Its sampling decides how much to download, unless `count` is set. */
  readonly experiment: string | undefined;
  /** Folder in which experiments are found by name. */
  readonly folder: string;
  /** Folder to create. */
  readonly data: string;
  readonly split?: Part | undefined;
  /** Maximum number of images per part. */
  readonly count?: number | undefined;
  /** Whether the licence is accepted. */
  readonly yes: boolean;
  /** Whether to print JSON Lines. */
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** Waits between attempts; for tests. */
  readonly wait?: (ms: number) => Promise<unknown>;
  /** Maximum silence of a server; for tests. */
  readonly silentMs?: number;
  /** Free bytes of the disk of a folder; for tests. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

/** Downloads CelebA from Hugging Face, or from a compatible server, once its licence is accepted. */
export async function runDataFetch(
  options: DataFetchOptions,
  stdin: NodeJS.ReadableStream & {readonly isTTY?: boolean},
  streams: Streams,
): Promise<ExitCode> {
  const {stdout, stderr} = streams;
  assertEmptyTarget(options.data);
  const wanted = await wantedOf(options);
  const repository = {from: options.from, name: options.name, revision: options.revision};
  assertAddress(repository);
  const folder = await realTarget(options.data);
  if (folder !== path.resolve(options.data))
    stderr.write(`${printable(options.data)} is a link; the data goes into ${printable(folder)}\n`);
  stderr.write(LICENCE);
  const answer = options.yes ? 'yes' : await askLicence(stdin, stderr, options.signal);
  if (answer !== 'yes') return answer === 'no' ? 0 : 130;
  const {signal, wait, silentMs} = options;
  const http = {
    signal,
    ...(wait !== undefined && {wait}),
    ...(silentMs !== undefined && {silentMs}),
  };
  const files = (await listParquet(repository, http)).filter(({part}) =>
    wanted.parts.includes(part),
  );
  const total = sum(files.map(file => file.bytes));
  stderr.write(
    `${printable(options.name)}: ${thousands(files.length)} files, ${bytesText(total)} in all\n`,
  );
  const bar = dataProgress('fetching the images', options.json, streams);
  try {
    const limit = (options.count ?? 0) * wanted.parts.length;
    const {freeBytes, json} = options;
    // Without --count, the total is unknown until the end: null in JSON.
    const totalOf = (done: number): number =>
      json && limit === 0 ? Number.NaN : Math.max(json ? 0 : done + 1, limit);
    const counts = await fetchData({
      ...http,
      repository,
      files,
      wanted,
      target: options.data,
      onProgress: done => bar.update(done, totalOf(done)),
      ...(freeBytes !== undefined && {freeBytes}),
    });
    bar.end();
    if (json) {
      stdout.write(`${escaped(JSON.stringify({ready: options.data, ...counts}))}\n`);
      return 0;
    }
    const parts = Object.entries(counts).map(([part, count]) => `${thousands(count)} ${part}`);
    stdout.write(`${printable(options.data)}: ${parts.join(', ')}\n`);
    return 0;
  } catch (error) {
    // A reader may have wrapped the interruption in its own error.
    signal.throwIfAborted();
    throw error;
  } finally {
    bar.end();
  }
}

async function wantedOf({experiment, folder, split, count}: DataFetchOptions) {
  const {variants} =
    experiment === undefined ? {variants: []} : await loadExperiment(experiment, folder, []);
  const [first] = variants;
  const parts = split === undefined ? allParts : [split];
  if (count !== undefined || first === undefined) return wantedCount(parts, count ?? Infinity);
  const wanted = wantedBy(first.experiment.data);
  return split === undefined ? wanted : {...wanted, parts};
}

function assertAddress({from, name}: Repository): void {
  if (!URL.canParse(from) || !/^https?:$/.test(new URL(from).protocol)) {
    throw new UserError(
      `--from: expected an address that begins with https://; received ${JSON.stringify(from)}.`,
      {hint: 'celeba-tui data fetch --help has examples.'},
    );
  }
  assertSecure(from);
  if (/^[\w.-]+\/[\w.-]+$/.test(name)) return;
  throw new UserError(`--repository: expected OWNER/NAME; received ${JSON.stringify(name)}.`, {
    hint: 'celeba-tui data fetch --help has examples.',
  });
}

/** Asks whether the licence is accepted; the end of the input means no. */
async function askLicence(
  stdin: NodeJS.ReadableStream & {readonly isTTY?: boolean},
  stderr: NodeJS.WritableStream,
  signal: AbortSignal,
): Promise<'yes' | 'no' | 'interrupted'> {
  if (stdin.isTTY !== true) {
    throw new UserError('You must accept the licence before the download.', {
      hint: 'Accept it with --yes; there is no terminal for the question.',
    });
  }
  const lines = createInterface({input: stdin, output: stderr});
  const ended = new Promise<'no' | 'interrupted'>(resolve => {
    lines.once('SIGINT', () => resolve('interrupted'));
    lines.once('close', () => resolve('no'));
  });
  try {
    const answer = lines.question('Download it under these terms? [y/N] ', {signal}).then(
      text => (/^y(es)?$/i.test(text.trim()) ? ('yes' as const) : ('no' as const)),
      () => 'interrupted' as const,
    );
    return await Promise.race([answer, ended]);
  } finally {
    lines.close();
  }
}
