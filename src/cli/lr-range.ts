import {fullDataRoot} from '../experiment/data-root.js';
import {loadExperiment} from '../experiment/load.js';
import type {Experiment} from '../experiment/schema.js';
import {modelPlans} from '../model/plan.js';
import type {RangeAnswer, RangeRequest} from '../training/lr-range/messages.js';
import {rangeTest, type RangeResult} from '../training/lr-range/range-test.js';
import {chart, type Series} from '../tui/charts/chart.js';
import {plainText} from '../tui/text/line.js';
import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {programFile} from '../util/package-file.js';
import {messageOf, UserError} from '../util/user-error.js';
import {inProcess, Worker, WorkerDied} from '../util/worker.js';
import type {Streams} from '../app/streams.js';
import {loadData} from './load-data.js';
import {progressBar} from './progress-bar.js';

export type LrRangeFlags = {
  /** Overrides `data.root`. */
  readonly data?: string;
  readonly set: readonly string[];
  readonly steps: number;
  readonly from: number;
  readonly to: number;
  readonly json: boolean;
  readonly ascii: boolean;
};

type LrRangeDeps = {
  /** Folder in which experiments are found by name. */
  readonly folder: string;
  readonly cacheFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal;
  /** Width of the terminal. */
  readonly columns: number;
};

/** A network with its range test. */
type TestedModel = RangeResult & {readonly model: string};

/**
 * Raises the learning rate while each network of an experiment trains, draws its loss, and names a rate.
 *
 * @returns 1 where the loss of a network does not fall, so that no rate can be named.
 */
export async function runLrRange(
  name: string,
  flags: LrRangeFlags,
  deps: LrRangeDeps,
  streams: Streams,
): Promise<ExitCode> {
  if (flags.from >= flags.to)
    throw new UserError(
      `lr-range: expected --from below --to; received ${flags.from} and ${flags.to}.`,
    );
  const {variants} = await loadExperiment(name, deps.folder, flags.set);
  const {experiment} = variants[0]!;
  if (variants.length > 1)
    streams.stderr.write(
      `note: ${printable(name)} has ${variants.length} variants; this is ${printable(experiment.name)}\n`,
    );
  const {env, cacheFolder, signal} = deps;
  const dataRoot = fullDataRoot(flags.data ?? experiment.data.root);
  // The training process reads the decoded images from the cache.
  const dataset = await loadData(experiment, {...deps, data: flags.data}, streams);
  await dataset.close();
  const worker = new Worker<RangeRequest, RangeAnswer>(
    inProcess(programFile('training/lr-range/main.js'), {name: 'the training process', env}),
    {type: 'open', experiment, dataRoot, cacheFolder},
  );
  signal.addEventListener('abort', () => worker.kill());
  try {
    const tested = await testAll(worker, experiment, flags, streams);
    write(experiment, tested, flags, deps.columns, streams);
    return tested.every(({learningRate}) => learningRate !== undefined) ? 0 : 1;
  } catch (error) {
    if (signal.aborted) return 130;
    if (!(error instanceof WorkerDied)) throw error;
    throw new UserError(`Training failed: ${messageOf(error)}.`, {
      hint: 'Run: celeba-tui doctor',
      exitCode: 4,
      cause: error,
    });
  } finally {
    worker.kill();
  }
}

async function testAll(
  worker: Worker<RangeRequest, RangeAnswer>,
  experiment: Experiment,
  {from, to, steps}: LrRangeFlags,
  {stderr}: Streams,
): Promise<TestedModel[]> {
  const tested: TestedModel[] = [];
  for (const {name: model} of modelPlans(experiment)) {
    await worker.ask({type: 'start', model});
    const bar = progressBar(stderr, `training ${model}`);
    const result = await rangeTest({
      ...{from, to, steps},
      train: rates => worker.ask({type: 'train', rates}),
      onProgress: done => bar.update(done, steps),
    }).finally(() => bar.end());
    tested.push({model, ...result});
  }
  return tested;
}

function write(
  experiment: Experiment,
  tested: readonly TestedModel[],
  {json, ascii}: LrRangeFlags,
  columns: number,
  {stdout}: Streams,
): void {
  const learningRate = commonRate(tested);
  if (json) {
    const models = tested.map(({points, ...rest}) => ({...rest, points}));
    const result = {experiment: experiment.name, learningRate, models};
    stdout.write(`${JSON.stringify(result, (_key, value: unknown) => value ?? null)}\n`);
    return;
  }
  for (const result of tested) stdout.write(`${modelText(result, columns, ascii)}\n\n`);
  const [kind] = Object.keys(experiment.training.optimizer);
  const key = `training.optimizer.${kind}.learningRate`;
  stdout.write(
    learningRate === undefined
      ? 'No learning rate is named. Try --steps 500, or another --from and --to.\n'
      : `${tested.length > 1 ? 'The lowest of these rates serves all networks. ' : ''}To use it: --set ${key}=${learningRate}\n`,
  );
}

/** The networks of an experiment share a rate: the lowest; undefined where one of them has none. */
function commonRate(tested: readonly TestedModel[]): number | undefined {
  const rates = tested.flatMap(({learningRate}) => learningRate ?? []);
  return rates.length === tested.length ? Math.min(...rates) : undefined;
}

const CHART_ROWS = 14;
const MOST_COLUMNS = 100;
/** Losses above this many times the first one are drawn at the upper end. */
const HIGHEST_DRAWN = 1.5;

function modelText(result: TestedModel, columns: number, ascii: boolean): string {
  const {model, points, lowest, steepest, learningRate, isDiverged} = result;
  const series = (stroke: Series['stroke'], key: 'loss' | 'smoothedLoss'): Series => ({
    name: key,
    role: 'plain',
    stroke,
    points: points.map(point => ({at: Math.log10(point.rate), value: point[key]})),
  });
  const losses = points.map(({smoothedLoss}) => smoothedLoss);
  const highest = Math.min(Math.max(...losses), HIGHEST_DRAWN * (losses[0] ?? 1));
  const lines = chart({
    series: [series('dots', 'loss'), series('light', 'smoothedLoss')],
    range: [lowest.smoothedLoss, highest],
    window: [Math.log10(points[0]!.rate), Math.log10(points.at(-1)!.rate)],
    width: Math.min(columns, MOST_COLUMNS),
    height: CHART_ROWS,
    ascii,
  }).map(plainText);
  const end = isDiverged ? `, until the loss grew at ${number(points.at(-1)!.rate)}` : '';
  return [
    `${model}: training loss by the power of ten of the learning rate, over ${points.length} steps${end}`,
    ...lines,
    learningRate === undefined
      ? 'The loss does not fall with any of these rates.'
      : `learning rate ${learningRate}: a tenth of ${number(lowest.rate)}, where the smoothed loss is lowest (${number(lowest.smoothedLoss)}); it falls fastest at ${number(steepest.rate)}`,
  ].join('\n');
}

function number(value: number): string {
  return String(Number(value.toPrecision(3)));
}
