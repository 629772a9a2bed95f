import {findNativePackage} from '../tensorflow/load.js';
import type {Fit} from '../data/image/area-filter.js';
import type {ImageResult, OpenedModels} from '../artifacts/predict/messages.js';
import {Predicting} from '../artifacts/predict/predict.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable, thousands} from '../util/format.js';
import {UserError} from '../util/user-error.js';
import {findModels, type NamedModels} from '../app/models.js';
import {listImages, readList, type NamedImage} from './list-images.js';
import {predictionFormat, type PredictFormat} from './prediction-format.js';
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

/** Images per batch, for a folder of models without a run. */
const BATCH = 32;

/** Prints the predictions of a run's models. @returns 3 where an image cannot be read. */
export async function runPredict(
  name: string,
  names: readonly string[],
  flags: PredictFlags,
  streams: Streams,
  deps: PredictDeps,
): Promise<ExitCode> {
  const named = await findModels(name, flags.runs);
  const images = listImages(namesOf(names, flags));
  const predicting = new Predicting(
    {
      ...deps,
      models: named.models,
      fit: flags.fit,
      nativePackage: findNativePackage(deps.env),
      batch: flags.batch ?? named.batchSize ?? BATCH,
    },
    images.some(({item}) => item.kind === 'stdin'),
  );
  try {
    const started = await predicting.start();
    writeNotes(name, named, started, streams);
    const counts = await printAll(predicting, images, started, flags, streams, deps);
    writeCounts(counts, images.length, started, flags.fit, streams);
    return counts.broken > 0 ? 3 : 0;
  } catch (error) {
    if (deps.signal.aborted) return 130;
    throw error;
  } finally {
    predicting.close();
  }
}

function namesOf(names: readonly string[], {filesFrom}: PredictFlags): string[] {
  const all = [...names, ...(filesFrom === undefined ? [] : readList(filesFrom))];
  if (filesFrom === '-' && names.includes('-'))
    throw new UserError('Standard input cannot be both an image (-) and a list (--files-from -).');
  if (all.length > 0 || filesFrom !== undefined) return all;
  throw new UserError('predict: no image given. Expected files, folders, - or --files-from FILE.', {
    hint: 'For example: celeba-tui predict latest portrait.jpg',
  });
}

type Counts = {readonly broken: number; readonly odd: number};

async function printAll(
  predicting: Predicting,
  images: readonly NamedImage[],
  {heads, classes, thresholds}: OpenedModels,
  {json, csv}: PredictFlags,
  {stdout, stderr}: Streams,
  {isTerminal}: PredictDeps,
): Promise<Counts> {
  const kind: PredictFormat = json ? 'json' : csv === true ? 'csv' : 'table';
  const names = images.map(image => image.name);
  const predicted = heads.map((head, index) => ({
    head,
    classes: classes[index] as readonly string[],
    threshold: thresholds[index] as number,
  }));
  const format = predictionFormat(kind, predicted, names, isTerminal);
  stdout.write(format.head);
  const counts = {done: 0, broken: 0, odd: 0};
  const lineOf = (result: ImageResult): string => {
    if ('error' in result) counts.broken += 1;
    else if (result.isOdd) counts.odd += 1;
    return format.line(names[counts.done++] ?? '', result);
  };
  // Predictions that appear on the screen show the progress themselves.
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

/** @param name As the command line has it: of several runs with this name, the newest predicts. */
function writeNotes(
  name: string,
  {missing, run}: NamedModels,
  {note}: OpenedModels,
  {stderr}: Streams,
): void {
  if (run !== undefined && !name.includes(run.id)) stderr.write(`note: ${run.id} predicts.\n`);
  if (missing.length > 0)
    stderr.write(
      `note: ${run?.id ?? ''} has not ended and lacks the model ${missing.join(', ')}.\n`,
    );
  if (note !== undefined) stderr.write(`note: ${printable(note)}\n`);
}

function writeCounts(
  {broken, odd}: Counts,
  total: number,
  {size}: OpenedModels,
  fit: Fit,
  {stderr}: Streams,
): void {
  const ofTotal = `of ${thousands(total)} images`;
  if (odd > 0) {
    const action =
      fit === 'crop'
        ? 'predict crops them to their centre; --fit stretch uses the whole image, as training does'
        : 'predict stretches them, as training does; --fit crop uses their centre';
    stderr.write(
      `note: ${thousands(odd)} ${ofTotal} differ in proportions from the network's ${size.join('x')} (height x width): ${action}.\n`,
    );
  }
  if (broken > 0) stderr.write(`celeba-tui: ${thousands(broken)} ${ofTotal} could not be read.\n`);
}
