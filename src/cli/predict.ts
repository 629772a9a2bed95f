import {findNativePackage} from '../backend/load.js';
import type {Fit} from '../data/image/fit.js';
import type {PictureResult} from '../predict/messages.js';
import {Predicting, type StartedModels} from '../predict/predict.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable, thousands} from '../util/format.js';
import {UserError} from '../util/user-error.js';
import {findModels, type NamedModels} from './named-models.js';
import type {PredictFlags} from './predict/flags.js';
import {listPictures, readList, type NamedPicture} from './predict/list-pictures.js';
import {predictionFormat, type PredictFormat} from './predict/prediction-format.js';
import {progressBar} from './progress-bar.js';
import type {Streams} from './streams.js';

export type PredictDeps = {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  readonly isTerminal: boolean;
};

/** Where no run says how many pictures it was evaluated with at a time. */
const BATCH = 32;

/** Prints what the models of a run say of pictures. 3 where some could not be used. */
export async function runPredict(
  name: string,
  images: readonly string[],
  flags: PredictFlags,
  streams: Streams,
  deps: PredictDeps,
): Promise<ExitCode> {
  const found = await findModels(name, flags.runs);
  const pictures = listPictures(namesOf(images, flags));
  const predicting = new Predicting(
    {
      ...deps,
      models: found.models,
      fit: flags.fit,
      nativePackage: findNativePackage(deps.env),
      batch: flags.batch ?? found.batchSize ?? BATCH,
    },
    pictures.some(({item}) => item.kind === 'stdin'),
  );
  try {
    const started = await predicting.start();
    sayBefore(found, started, streams);
    const counts = await printAll(predicting, pictures, started, flags, streams, deps);
    sayAfter(counts, pictures.length, started, flags.fit, streams);
    return counts.broken > 0 ? 3 : 0;
  } catch (error) {
    if (deps.signal.aborted) return 130;
    throw error;
  } finally {
    predicting.close();
  }
}

function namesOf(images: readonly string[], {filesFrom}: PredictFlags): string[] {
  const names = [...images, ...(filesFrom === undefined ? [] : readList(filesFrom))];
  if (filesFrom === '-' && images.includes('-'))
    throw new UserError('Standard input is either a picture (-) or a list (--files-from -).');
  if (names.length > 0 || filesFrom !== undefined) return names;
  throw new UserError('No picture was named. Expected files, folders, - or --files-from FILE.', {
    hint: 'For example: celeba-tui predict latest portrait.jpg',
  });
}

type Counts = {readonly broken: number; readonly odd: number};

async function printAll(
  predicting: Predicting,
  pictures: readonly NamedPicture[],
  {heads}: StartedModels,
  {json, csv}: PredictFlags,
  {stdout, stderr}: Streams,
  {isTerminal}: PredictDeps,
): Promise<Counts> {
  const kind: PredictFormat = json ? 'json' : csv === true ? 'csv' : 'table';
  const names = pictures.map(picture => picture.name);
  const format = predictionFormat(kind, heads, names, isTerminal);
  stdout.write(format.head);
  const counts = {done: 0, broken: 0, odd: 0};
  const lineOf = (result: PictureResult): string => {
    if ('error' in result) counts.broken += 1;
    else if (result.isOdd) counts.odd += 1;
    return format.line(names[counts.done++] ?? '', result);
  };
  // Where the answers themselves are on the screen, they are progress enough.
  const bar = isTerminal ? undefined : progressBar(stderr, 'predicting');
  try {
    for await (const results of predicting.results(pictures.map(({item}) => item))) {
      stdout.write(results.map(lineOf).join(''));
      bar?.update(counts.done, pictures.length);
    }
  } finally {
    bar?.end();
  }
  return counts;
}

function sayBefore({missing, run}: NamedModels, {note}: StartedModels, {stderr}: Streams): void {
  if (missing.length > 0)
    stderr.write(`note: ${run?.id ?? ''} has no model ${missing.join(', ')}: it did not end.\n`);
  if (note !== undefined) stderr.write(`note: ${printable(note)}\n`);
}

function sayAfter(
  {broken, odd}: Counts,
  total: number,
  {size}: StartedModels,
  fit: Fit,
  {stderr}: Streams,
): void {
  const of = `of ${thousands(total)} pictures`;
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
