import {isShared} from '../../model/answering.js';
import {imageCounts} from '../../report/text/numbers.js';
import type {SplitMetrics} from '../../runs/events.js';
import {
  headlineMetrics,
  type LogLine,
  type ModelState,
  type RunState,
} from '../../runs/run-state.js';
import {isActive, statusText, type RunStatus} from '../../runs/status.js';
import {fraction, thousands} from '../../util/format.js';
import type {Cell} from './columns.js';
import {capitalized, widthOf} from './fit.js';
import {hangingLines, span, wrappedLines, type Line} from './line.js';

const signs: Readonly<Record<RunStatus, Cell>> = {
  queued: {text: '○', role: 'faint'},
  starting: {text: '▶', role: 'accent'},
  running: {text: '▶', role: 'accent'},
  paused: {text: '‖', role: 'warning'},
  completed: {text: '✓', role: 'good'},
  'stopped-early': {text: '✓', role: 'good'},
  skipped: {text: '✓', role: 'good'},
  stopped: {text: '■', role: 'warning'},
  interrupted: {text: '■', role: 'warning'},
  cancelled: {text: '■', role: 'warning'},
  failed: {text: '✗', role: 'bad'},
  crashed: {text: '✗', role: 'bad'},
  unreadable: {text: '?', role: 'bad'},
};

/** A run's status as a sign. */
export function statusSign(status: RunStatus): Cell {
  return signs[status];
}

/** A run's status as a sign and a word: `✓ completed`. */
export function statusCell(status: RunStatus): Cell {
  const sign = signs[status];
  return {...sign, text: `${sign.text} ${statusText(status)}`};
}

/** `3 runs`. @param single What stands for a single one: `one run`, `the run`. */
export function runsText(count: number, single: string): string {
  return count === 1 ? single : `${count} runs`;
}

/** `14:32:05 message`, in as many lines as it needs; above information the level is a word. */
export function logLines({at, level, message: text}: LogLine, width: number): Line[] {
  const role = level === 'error' ? 'bad' : level === 'warning' ? 'warning' : 'plain';
  const word = level === 'info' ? '' : `${level}: `;
  return hangingLines(span(`${at.slice(11, 19)} `, 'faint'), `${word}${text}`, width, role);
}

/** The network that trains now, or the first one. */
export function currentModel({models, current}: RunState): ModelState | undefined {
  return models.find(({name}) => name === current) ?? models[0];
}

/**
 * `train: loss 0.431 · Male 0.812 · Smiling 0.790`: loss and accuracies of the images of the epoch so
 * far, of the last epoch, or of the kept weights on the test or validation images. Where not all heads
 * fit, their mean.
 */
export function metricsText(run: RunState, width: number): string {
  const [name, metrics] = latestMetrics(run);
  if (metrics === undefined) return '';
  const start = `${name}: loss ${fraction(metrics.loss, 3)}`;
  const heads = Object.entries(metrics.heads);
  const texts = heads.map(([head, {accuracy}]) => `${head} ${fraction(accuracy, 3)}`);
  const whole = [start, ...texts].join(' · ');
  if (widthOf(whole) <= width) return whole;
  const mean = heads.reduce((sum, [, {accuracy}]) => sum + accuracy, 0) / heads.length;
  return `${start} · mean accuracy of ${heads.length} heads ${fraction(mean, 3)}`;
}

function latestMetrics(run: RunState): readonly [name: string, metrics: SplitMetrics | undefined] {
  const model = currentModel(run);
  const isNamed = model?.heads.some(head => isShared(run.models, head)) === true;
  const of = isNamed ? ` of ${model.name}` : '';
  if (model?.final !== undefined)
    return [
      `${model.final.test === undefined ? 'validation' : 'test'}${of}`,
      headlineMetrics(model),
    ];
  return [`train${of}`, run.batch?.train ?? model?.history.at(-1)?.train];
}

/** How far a run is, from 0 to 1, and how long the rest takes. */
type Progress = {
  /** Fraction of the current epoch that is done. */
  readonly epoch: number;
  /** Fraction of all epochs of all networks that is done. */
  readonly run: number;
  /** At the pace so far; undefined before there is one. */
  readonly secondsLeft: number | undefined;
};

/** Epochs count alike: a network that stops early makes the rest shorter than was said. */
export function progressOf(run: RunState): Progress {
  const {models, epochs, current, batch} = run;
  const total = models.length * epochs;
  const training = models.find(({name}) => name === current);
  const trained = training?.history.length ?? 0;
  // A run that resumes after its last epoch starts no other.
  const isInEpoch = run.epoch > trained;
  const epoch = batch === undefined ? 0 : batch.batch / batch.batches;
  const done =
    models.reduce(
      (sum, {status, history}) => sum + (status === 'ended' ? epochs : history.length),
      0,
    ) + (isInEpoch ? epoch : 0);
  const firstTrained = models.find(({history}) => history.length > 0);
  const pace = secondsOfAnEpoch(training) ?? secondsOfAnEpoch(firstTrained) ?? paceOf(run);
  return {
    epoch: isInEpoch ? epoch : Math.min(1, trained),
    run: total === 0 ? 0 : done / total,
    secondsLeft: pace === undefined ? undefined : pace * (total - done),
  };
}

/** Seconds that the first epoch takes, by its batches so far. */
function paceOf({batch, data}: RunState): number | undefined {
  if (batch === undefined || data === undefined) return undefined;
  return data.trainImages / batch.imagesPerSecond;
}

/** Mean of the last five: the first epoch is slower than those that follow. */
function secondsOfAnEpoch(model: ModelState | undefined): number | undefined {
  const last = model?.history.slice(-5) ?? [];
  if (last.length === 0) return undefined;
  return last.reduce((sum, {seconds}) => sum + seconds, 0) / last.length;
}

/** Whether a run has a number that a curve can begin with. */
export function hasNumbers({batch, models}: RunState): boolean {
  return batch !== undefined || models.some(({history}) => history.length > 0);
}

/**
 * What happens in place of curves: the steps of a run until its first numbers, as far as it is, or
 * why there will be none.
 *
 * @param isSpoken Whether the step in progress is a sentence, for a screen reader.
 */
export function startLines(run: RunState, width: number, isSpoken: boolean): Line[] {
  if (run.status === 'queued') return wrappedLines('Waiting in the queue.', width);
  if (!isActive(run.status))
    return wrappedLines('No curves: the run ended before its first batch.', width);
  const steps = stepsOf(run);
  const at = steps.findIndex(({isDone}) => !isDone);
  if (isSpoken) return wrappedLines(`${steps[at]?.text}.`, width);
  return steps.flatMap(({text}, index) => {
    const state = index < at ? 'completed' : index === at ? 'running' : 'queued';
    const sign = statusSign(state);
    const role = state === 'running' ? 'strong' : 'faint';
    return hangingLines(span(`${sign.text} `, sign.role), text, width, role);
  });
}

type Step = {readonly text: string; readonly isDone: boolean};

/** In the order in which a trainer takes them; the last one ends with the first numbers. */
function stepsOf({heads, backend, loading, data, current}: RunState): readonly Step[] {
  return [
    {text: withDetail('Loading TensorFlow', backend), isDone: heads.length > 0},
    {text: imagesStep(loading, data), isDone: loading === undefined && data !== undefined},
    {text: 'Building the network', isDone: current !== undefined},
    {text: 'Training on the first batch', isDone: false},
  ];
}

function imagesStep(loading: RunState['loading'], data: RunState['data']): string {
  if (loading === undefined)
    return withDetail('Reading the images', data === undefined ? '' : imageCounts(data));
  const {what, done, total} = loading;
  return `${capitalized(what)} the images: ${thousands(done)} of ${thousands(total)}`;
}

function withDetail(text: string, detail: string): string {
  return detail === '' ? text : `${text}: ${detail}`;
}
