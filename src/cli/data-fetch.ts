import {createInterface} from 'node:readline/promises';
import {fetchData, refuseFilled} from '../data/fetch/fetch-data.js';
import {listParquet, type Repository} from '../data/fetch/repository.js';
import {wantedBy, wantedCount} from '../data/fetch/wanted.js';
import {loadExperiment} from '../experiment/load.js';
import type {ExitCode} from '../util/exit-codes.js';
import {bytes as bytesText, escaped, printable, thousands} from '../util/format.js';
import {UserError} from '../util/user-error.js';
import {dataProgress} from './data-progress.js';
import type {Streams} from './streams.js';

export const fetchParts = ['train', 'validation', 'test'] as const;

export type DataFetchOptions = Repository & {
  /** Its sampling says how much is fetched, where no count is given. */
  readonly experiment: string | undefined;
  /** Where experiments are found by name. */
  readonly folder: string;
  /** The folder that is made. */
  readonly data: string;
  /** One part alone. */
  readonly split: (typeof fetchParts)[number] | undefined;
  /** Pictures of each part, at most. */
  readonly count: number | undefined;
  /** The licence is accepted. */
  readonly yes: boolean;
  /** Progress and result as JSON Lines. */
  readonly json: boolean;
  readonly signal: AbortSignal;
  /** Between attempts where the connection fails; for tests. */
  readonly wait?: (ms: number) => Promise<unknown>;
  /** Of the disk of a folder; for tests. */
  readonly freeBytes?: (folder: string) => Promise<number>;
};

const LICENCE = `CelebA may be used for non-commercial research only. Its pictures may not be copied, published or passed on,
also not in parts, except small ones in scientific publications; nobody in them may be identified.
The agreement: https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html
`;

/** Fetches CelebA from Hugging Face, or from a server that answers as it does, once its licence is accepted. */
export async function runDataFetch(
  options: DataFetchOptions,
  stdin: NodeJS.ReadableStream & {readonly isTTY?: boolean},
  streams: Streams,
): Promise<ExitCode> {
  const {stdout, stderr} = streams;
  refuseFilled(options.data);
  const wanted = await wantedOf(options);
  const repository = {from: options.from, name: options.name, revision: options.revision};
  refuseAddress(repository);
  stderr.write(LICENCE);
  if (!options.yes && !(await agrees(stdin, stderr))) return 0;
  const http = {signal: options.signal, ...(options.wait !== undefined && {wait: options.wait})};
  const files = (await listParquet(repository, http)).filter(({part}) =>
    wanted.parts.includes(part),
  );
  const total = files.reduce((sum, file) => sum + file.bytes, 0);
  stderr.write(
    `${printable(options.name)}: ${thousands(files.length)} files, ${bytesText(total)} in all\n`,
  );
  const bar = dataProgress('fetching the pictures', options.json, streams);
  try {
    const most = (options.count ?? 0) * wanted.parts.length;
    const {freeBytes, json} = options;
    // How many there are is known only in the end, where no number was asked for: null in JSON.
    const totalOf = (done: number): number =>
      json && most === 0 ? Number.NaN : Math.max(json ? 0 : done + 1, most);
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
  } finally {
    bar.end();
  }
}

async function wantedOf({experiment, folder, split, count}: DataFetchOptions) {
  const {variants} =
    experiment === undefined ? {variants: []} : await loadExperiment(experiment, folder, []);
  const [first] = variants;
  const parts = split === undefined ? fetchParts : [split];
  if (count !== undefined || first === undefined) return wantedCount(parts, count ?? Infinity);
  const wanted = wantedBy(first.experiment.data);
  return split === undefined ? wanted : {...wanted, parts};
}

function refuseAddress({from, name}: Repository): void {
  const isAddress = URL.canParse(from) && /^https?:$/.test(new URL(from).protocol);
  if (isAddress && /^[\w.-]+\/[\w.-]+$/.test(name)) return;
  throw new UserError(
    isAddress
      ? `--repository: Expected OWNER/NAME; received ${JSON.stringify(name)}.`
      : `--from: Expected an address that begins with https:// or http://; received ${JSON.stringify(from)}.`,
    {hint: 'celeba-tui data fetch --help has examples.'},
  );
}

async function agrees(
  stdin: NodeJS.ReadableStream & {readonly isTTY?: boolean},
  stderr: NodeJS.WritableStream,
): Promise<boolean> {
  if (stdin.isTTY !== true) {
    throw new UserError('The licence must be accepted before anything is fetched.', {
      hint: 'Without a terminal to ask on, --yes says that you accept it.',
    });
  }
  const lines = createInterface({input: stdin, output: stderr});
  try {
    return /^y(es)?$/i.test((await lines.question('Fetch it under these terms? [y/N] ')).trim());
  } finally {
    lines.close();
  }
}
