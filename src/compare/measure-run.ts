import {lstat} from 'node:fs/promises';
import path from 'node:path';
import {isBroken, type RunRecord} from '../runs/run-record.js';
import type {RunState} from '../runs/run-state.js';
import {assertNoLinkBelow, listPlainFolder} from '../util/safe-file.js';
import {trainingSeconds} from '../runs/training-seconds.js';
import {messageOf} from '../util/user-error.js';
import {readDefinition, type FlatDefinition} from './definition.js';
import {headScore, type HeadScore} from './head-score.js';
import {readRunPredictions, type RunPredictions} from './predictions.js';
import {ownValue} from '../util/own-value.js';

/** One run in numbers; what a comparison saves of it. */
export type ComparedRun = {
  readonly id: string;
  readonly experiment: string;
  readonly status: RunRecord['status'];
  /** Why there is nothing to compare; undefined where there is. */
  readonly problem: string | undefined;
  readonly seed: number | undefined;
  /** Key and value of each matrix axis. */
  readonly variant: Readonly<Record<string, string | number | boolean>>;
  /** All numbers of all networks of the run; NaN while it has built none. */
  readonly parameters: number;
  /** Training and validation of all networks; NaN before the first epoch ends. */
  readonly seconds: number;
  /** While training, mean over all epochs. */
  readonly imagesPerSecond: number;
  /** One image through all networks of the run, in milliseconds; NaN where it was not measured. */
  readonly imageMs: number;
  /** A batch of `batchImages` through all networks. */
  readonly batchMs: number;
  readonly batchImages: number;
  /** Saved networks on disk; NaN where there are none. */
  readonly bytes: number;
  readonly heads: Readonly<Record<string, HeadScore>>;
  /** What its data warns of: a head with one class, images of another size. */
  readonly warnings: readonly string[];
};

/** A run with what its numbers were made from. */
export type MeasuredRun = {
  readonly run: ComparedRun;
  /** undefined where the run has a problem. */
  readonly predictions: RunPredictions | undefined;
  readonly definition: FlatDefinition | undefined;
};

/** Reads what a run left and computes its numbers; a run without predictions says why. */
export async function measureRun(record: RunRecord): Promise<MeasuredRun> {
  const {state, info, folder} = record;
  const [read, definition, bytes] = await Promise.all([
    predictionsOf(record),
    readDefinition(folder.experiment),
    modelBytes(record),
  ]);
  const predictions = 'problem' in read ? undefined : read;
  const rates = state.models.flatMap(({history}) =>
    history.map(({imagesPerSecond}) => imagesPerSecond),
  );
  const run: ComparedRun = {
    id: state.id,
    experiment: state.experiment === '' && !isBroken(info) ? info.experiment : state.experiment,
    status: record.status,
    problem: 'problem' in read ? read.problem : undefined,
    seed: isBroken(info) ? undefined : info.seed,
    variant: isBroken(info) ? {} : info.variant,
    parameters:
      state.models.length === 0 ? Number.NaN : sum(state.models.map(({parameters}) => parameters)),
    seconds: trainingSeconds(state),
    imagesPerSecond: sum(rates) / rates.length,
    ...inferenceOf(state),
    bytes,
    heads: Object.fromEntries(
      [...(predictions?.heads ?? [])].map(([head, own]) => {
        const model = state.models.find(({heads}) => heads.includes(head));
        const trained = ownValue(model?.final?.train.heads ?? {}, head)?.accuracy ?? Number.NaN;
        return [head, headScore(own, trained)];
      }),
    ),
    warnings: state.data?.warnings ?? [],
  };
  return {run, predictions, definition: withRoot(definition, record)};
}

/** Where the images really were: `--data` takes the place of what the file says. */
function withRoot(
  definition: FlatDefinition | undefined,
  {info}: RunRecord,
): FlatDefinition | undefined {
  if (definition === undefined || isBroken(info)) return definition;
  return {...definition, 'data.root': info.dataRoot};
}

const UNFINISHED: Readonly<Partial<Record<RunRecord['status'], string>>> = {
  running: 'still running',
  paused: 'paused',
  cancelled: 'cancelled before its end',
  crashed: 'its trainer is gone',
};

async function predictionsOf(
  record: RunRecord,
): Promise<RunPredictions | {readonly problem: string}> {
  const {state, info, status} = record;
  if (isBroken(info)) return {problem: info.broken};
  const problem = state.failure?.message ?? UNFINISHED[status];
  if (problem !== undefined) return {problem};
  try {
    return await readRunPredictions(record.folder.predictions);
  } catch (error) {
    return {problem: `no predictions: ${messageOf(error)}`};
  }
}

/** Networks answer one after another: their times add up. */
function inferenceOf({models}: RunState): Pick<ComparedRun, 'imageMs' | 'batchMs' | 'batchImages'> {
  const times = models.map(({inference}) => inference ?? notMeasured);
  return {
    imageMs: sum(times.map(({imageMs}) => imageMs)),
    batchMs: sum(times.map(({batchMs}) => batchMs)),
    batchImages: times[0]?.batchImages ?? Number.NaN,
  };
}

const notMeasured = {imageMs: Number.NaN, batchMs: Number.NaN, batchImages: Number.NaN};

async function modelBytes({state, folder}: RunRecord): Promise<number> {
  try {
    await assertNoLinkBelow(folder.path, folder.models);
    const sizes = await Promise.all(state.models.map(({name}) => folderBytes(folder.model(name))));
    return sizes.length === 0 ? Number.NaN : sum(sizes);
  } catch {
    return Number.NaN;
  }
}

async function folderBytes(folder: string): Promise<number> {
  const files = (await listPlainFolder(folder)).filter(entry => entry.isFile());
  return sum(
    await Promise.all(files.map(async ({name}) => (await lstat(path.join(folder, name))).size)),
  );
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
