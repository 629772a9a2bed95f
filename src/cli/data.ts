import {commonSize, commonSizeText} from '../data/image-size.js';
import {presentPositions} from '../data/sampling.js';
import {describeData, type DataInfo} from '../data/info.js';
import {openCatalogue} from '../data/open-catalogue.js';
import {ensureSample} from '../data/sample/ensure-sample.js';
import {fullDataRoot} from '../experiment/data-root.js';
import {flowYaml} from '../experiment/flow-yaml.js';
import {loadExperiment} from '../experiment/load.js';
import type {Experiment, SourceKeys} from '../experiment/schema.js';
import type {ExitCode} from '../util/exit-codes.js';
import {escaped, fraction, printable, thousands} from '../util/format.js';
import {shellWord} from '../util/shell-word.js';
import {textTable} from '../util/table.js';
import {messageOf} from '../util/user-error.js';
import {loadData, type DataFlags} from './load-data.js';
import {dataProgress, progressBar} from './progress-bar.js';
import type {Streams} from '../app/streams.js';

type DataOptions = {
  readonly keys: SourceKeys;
  readonly root: string;
  readonly heads: readonly string[];
  readonly json: boolean;
  readonly cacheFolder: string;
  readonly signal: AbortSignal;
};

/** Options of `data info` and `data prepare`. */
type DataRequest = DataFlags & {
  readonly json: boolean;
  /** Folder in which experiments are found by name. */
  readonly folder: string;
};

/** Describes the data of an experiment, by name or path; without one, CelebA in its default folder. */
export async function describeDataOf(
  name: string | undefined,
  {folder, data, ...request}: DataRequest,
  streams: Streams,
): Promise<ExitCode> {
  const [first] = name === undefined ? [] : (await loadExperiment(name, folder, [])).variants;
  const definition = first?.experiment.data;
  const options = {
    ...request,
    keys: definition ?? {source: 'auto'},
    root: fullDataRoot(data ?? definition?.root ?? 'data/celeba'),
    heads: definition?.heads ?? ['Male', 'Smiling'],
  } as const;
  return runDataInfo(options, streams);
}

/** Prepares the data of every variant of an experiment, by name or path. */
export async function prepareDataOf(
  name: string,
  overrides: readonly string[],
  {folder, ...request}: DataRequest,
  streams: Streams,
): Promise<ExitCode> {
  const {variants} = await loadExperiment(name, folder, overrides);
  for (const {experiment} of variants) await prepareData(experiment, request, streams);
  return 0;
}

/** Decodes the images of an experiment into the cache; says how many there are. */
export async function prepareData(
  experiment: Experiment,
  {json, ...flags}: DataFlags & {readonly json: boolean},
  streams: Streams,
): Promise<void> {
  const dataset = await loadData(experiment, flags, streams, json);
  await dataset.close();
  const {source, train, validation, test, height, width} = dataset;
  const counts = [train, validation, ...(test === undefined ? [] : [test])];
  const text = `${printable(source)}: ${counts.map(({count}) => thousands(count)).join(' + ')} images of ${height}x${width} are ready`;
  streams.stdout.write(json ? `${JSON.stringify({ready: text})}\n` : `${text}\n`);
}

/** Draws the sample faces unless they exist; prints their folder. */
export async function runDataSample(
  {cacheFolder, signal, json}: Pick<DataOptions, 'cacheFolder' | 'signal' | 'json'>,
  streams: Streams,
): Promise<ExitCode> {
  const bar = dataProgress('drawing the sample faces', json, streams);
  try {
    const folder = await ensureSample(cacheFolder, {signal, onProgress: bar.update});
    bar.end();
    streams.stdout.write(
      json ? `${escaped(JSON.stringify({ready: folder}))}\n` : `${printable(folder)}\n`,
    );
  } finally {
    bar.end();
  }
  return 0;
}

export async function runDataInfo(options: DataOptions, streams: Streams): Promise<ExitCode> {
  const warnings: string[] = [];
  const bar = progressBar(streams.stderr, 'drawing the sample faces');
  try {
    const catalogue = await openCatalogue(options.keys, {
      ...options,
      onProgress: (_what, done, total) => bar.update(done, total),
      onWarning: text => warnings.push(text),
    });
    bar.end();
    const identities = await catalogue.readIdentities().catch((error: unknown) => {
      warnings.push(messageOf(error));
      return undefined;
    });
    const imageSize = await commonSize(catalogue, presentPositions(catalogue));
    const info = describeData(catalogue, [...options.heads], warnings, {
      ...(identities !== undefined && {identities}),
      ...(imageSize !== undefined && {imageSize}),
    });
    streams.stdout.write(
      options.json ? `${escaped(JSON.stringify(info, null, 2))}\n` : infoText(info),
    );
  } finally {
    bar.end();
  }
  return 0;
}

/** What `data info` prints for people. */
export function infoText(info: DataInfo): string {
  const {partition} = info;
  const parts =
    partition === undefined
      ? 'none'
      : Object.entries(partition)
          .map(([name, count]) => `${name} ${thousands(count)}`)
          .join(', ');
  const balance = Object.entries(info.balance).map(([name, ratio]) => [
    name,
    `${(ratio * 100).toFixed(1)} %`,
    fraction(info.majority[name] ?? Number.NaN, 3),
  ]);
  const strata = Object.entries(info.strata).map(([name, count]) => [name, thousands(count)]);
  return [
    `${printable(info.source)}: ${thousands(info.images)} images; official split: ${parts}; missing: ${thousands(info.missing)}\n`,
    ...(info.imageSize === undefined ? [] : [`Image size: ${commonSizeText(info.imageSize)}\n`]),
    ...peopleText(info),
    textTable({header: ['ATTRIBUTE', 'FRACTION', 'MAJORITY'], rows: balance, right: [1, 2]}),
    ...(strata.length > 0
      ? [textTable({header: ['STRATUM', 'IMAGES'], rows: strata, right: [1]})]
      : []),
    ...Object.entries(info.classes).map(
      ([name, classes]) =>
        `${name}: ${Object.entries(classes)
          .map(([each, count], label) => `${label} is ${printable(each)} (${thousands(count)})`)
          .join(', ')}\n`,
    ),
    ...Object.entries(info.unlabelled).map(
      ([name, count]) => `${name} is not known for ${thousands(count)} images\n`,
    ),
    ...Object.values(info.rejected).map(reason => `not a head: ${printable(reason)}\n`),
    ...info.warnings.map(text => `note: ${printable(text)}\n`),
    ...proposalText(info),
  ].join('\n');
}

function proposalText({proposal}: DataInfo): string[] {
  if (proposal === undefined) return [];
  const from = `celeba-tui init --from ${shellWord(proposal.root)}`;
  return [
    `These keys read it in an experiment; ${from} writes the file:\n`,
    printable(flowYaml({data: proposal})),
  ];
}

function peopleText({identities, partition}: DataInfo): string[] {
  if (identities === undefined) return [];
  const {people, largest, inTwoParts, imagesInTwoParts, unknown} = identities;
  const leak =
    partition === undefined
      ? ''
      : inTwoParts === 0
        ? '; nobody is in two parts of the official split'
        : `; ${thousands(inTwoParts)} are in two parts of the official split, with ${thousands(imagesInTwoParts)} images, so networks are evaluated on people that they were trained on`;
  const rest = unknown === 0 ? '' : `; ${thousands(unknown)} images without an identity`;
  return [
    `${thousands(people)} people, at most ${thousands(largest)} images of one${leak}${rest}\n`,
  ];
}
