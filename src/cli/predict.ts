import {findNativePackage} from '../tensorflow/load.js';
import type {Fit} from '../data/image/fit.js';
import type {ImageResult, OpenedModels} from '../artifacts/predict/messages.js';
import {Predicting} from '../artifacts/predict/predict.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable, thousands} from '../util/format.js';
import {UserError} from '../util/user-error.js';
import {findModels, type NamedModels} from '../app/named-models.js';
import {listImages, readList, type NamedImage} from './predict/list-images.js';
import {predictionFormat, type PredictFormat} from './predict/prediction-format.js';
import {progressBar} from './progress-bar.js';
import type {Streams} from '../app/streams.js';

export type PredictFlags = {
  readonly runs: string;
  readonly json: boolean;
  readonly csv?: boolean;
  readonly batch?: number;
  readonly fit: Fit;
  readonly filesFrom?: string;
};

type PredictDeps = {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly isTerminal: boolean;
};

/** Where no run says how many images it was evaluated with at a time. */
const BATCH = 32;

/** Prints what the models of a run say of images. 3 where some could not be used. */
export async function runPredict(
  name: string,
  names: readonly string[],
  flags: PredictFlags,
  streams: Streams,
  deps: PredictDeps,
): Promise<ExitCode> {
  const found = await findModels(name, flags.runs);
  const images = listImages(namesOf(names, flags));
  const predicting = new Predicting(
    {
      ...deps,
      models: found.models,
      fit: flags.fit,
      nativePackage: findNativePackage(deps.env),
      batch: flags.batch ?? found.batchSize ?? BATCH,
    },
    images.some(({item}) => item.kind === 'stdin'),
  );
  try {
    const started = await predicting.start();
    sayBefore(found, started, streams);
    const counts = await printAll(predicting, images, started, flags, streams, deps);
    sayAfter(counts, images.length, started, flags.fit, streams);
    return counts.broken > 0 ? 3 : 0;
  } catch (error) {
    if (deps.signal.aborted) return 130;
    throw error;
  } finally {
    predicting.close();
  }
}

function namesOf(given: readonly string[], {filesFrom}: PredictFlags): string[] {
  const names = [...given, ...(filesFrom === undefined ? [] : readList(filesFrom))];
  if (filesFrom === '-' && given.includes('-'))
    throw new UserError('Standard input is either an image (-) or a list (--files-from -).');
  if (names.length > 0 || filesFrom !== undefined) return names;
  throw new UserError('No image was named. Expected files, folders, - or --files-from FILE.', {
    hint: 'For example: celeba-tui predict latest portrait.jpg',
  });
}

type Counts = {readonly broken: number; readonly odd: number};

async function printAll(
  predicting: Predicting,
  images: readonly NamedImage[],
  {heads}: OpenedModels,
  {json, csv}: PredictFlags,
  {stdout, stderr}: Streams,
  {isTerminal}: PredictDeps,
): Promise<Counts> {
  const kind: PredictFormat = json ? 'json' : csv === true ? 'csv' : 'table';
  const names = images.map(image => image.name);
  const format = predictionFormat(kind, heads, names, isTerminal);
  stdout.write(format.head);
  const counts = {done: 0, broken: 0, odd: 0};
  const lineOf = (result: ImageResult): string => {
    if ('error' in result) counts.broken += 1;
    else if (result.isOdd) counts.odd += 1;
    return format.line(names[counts.done++] ?? '', result);
  };
  // Where the answers themselves are on the screen, they are progress enough.
  const bar = isTerminal ? undefined : progressBar(stderr, 'predicting');
  try {
    for await (const results of predicting.results(images.map(({item}) => item))) {
      stdout.write(results.map(lineOf).join(''));
      bar?.update(counts.done, images.length);
    }
  } finally {
    bar?.end();
  }
  return counts;
}

function sayBefore({missing, run}: NamedModels, {note}: OpenedModels, {stderr}: Streams): void {
  if (missing.length > 0)
    stderr.write(`note: ${run?.id ?? ''} has no model ${missing.join(', ')}: it did not end.\n`);
  if (note !== undefined) stderr.write(`note: ${printable(note)}\n`);
}

function sayAfter(
  {broken, odd}: Counts,
  total: number,
  {size}: OpenedModels,
  fit: Fit,
  {stderr}: Streams,
): void {
  const of = `of ${thousands(total)} images`;
  if (odd > 0) {
    const what =
      fit === 'crop'
        ? 'only their centre is used; --fit stretch takes them whole, as training does'
        : 'they are stretched, as in training; --fit crop takes their centre';
    stderr.write(
      `note: ${thousands(odd)} ${of} have other proportions than the network's ${size.join('x')} (height x width): ${what}.\n`,
    );
  }
  if (broken > 0) stderr.write(`celeba-tui: ${thousands(broken)} ${of} could not be used.\n`);
}
