import {affinityTitles} from '../compare/affinity.js';
import type {AffinityPair, EventOf, RunEvent, SplitMetrics} from '../runs/events.js';
import {decisionText} from '../experiment/decision.js';
import {failedStatus, statusText} from '../runs/status.js';
import {assertNever} from '../util/assert-never.js';
import {imageCounts} from '../report/text/numbers.js';
import {bytes, counted, duration, fraction, printable, thousands} from '../util/format.js';

/**
 * The line that a headless run prints for an event; undefined for none.
 *
 * @param name Name of the run's experiment, with its fold.
 */
export function eventLine(event: RunEvent, epochs: number, name: string): string | undefined {
  const line = event.type === 'run.started' ? startedLine(event, name) : lineOf(event, epochs);
  return line === undefined ? undefined : printable(line);
}

function lineOf(
  event: Exclude<RunEvent, {type: 'run.started'}>,
  epochs: number,
): string | undefined {
  switch (event.type) {
    case 'run.continued':
      return continuedLine(event);
    case 'data.loaded':
      return `  data   ${event.source}: ${imageCounts(event)}, read in ${duration(event.seconds)}`;
    case 'model.started':
      return `  train  ${event.model} (${event.step} step${event.precision === undefined ? '' : `, ${event.precision}`})`;
    case 'epoch.ended':
      return epochLine(event, epochs);
    case 'affinity.measured':
      return affinityLine(event);
    case 'model.ended':
      return `  ended  ${event.model}: best epoch ${event.bestEpoch} of ${event.epochs}, trained in ${duration(event.seconds)}  ${finalAccuracies(event)}${answersText(event)}${decisionsText(event)}`;
    case 'log.written':
      return `  ${event.level === 'info' ? 'note ' : event.level}  ${event.message}`;
    case 'run.finished':
      return `${event.run}  ${statusText(event.status)} in ${duration(event.seconds)} in total, peak memory ${bytes(event.peakMemoryBytes)}`;
    case 'run.failed':
      return failedLine(event);
    case 'run.paused':
      return '  paused';
    case 'run.resumed':
      return '  resumed';
    case 'run.orphaned':
      return '  the program that started it is gone: it stops with a checkpoint';
    case 'data.progressed':
      return drawingLine(event);
    case 'epoch.started':
    case 'batch.ended':
    case 'system.sampled':
    case 'checkpoint.saved':
      return undefined;
    default:
      return assertNever(event);
  }
}

/** Drawing takes long and happens once, so its end gets a line for people who see no bar. */
function drawingLine({what, done, total}: EventOf<'data.progressed'>): string | undefined {
  if (what !== 'drawing' || done < total) return undefined;
  return `  drawn  ${thousands(total)} sample faces, once for this machine`;
}

function affinityLine({
  method,
  mean,
  lowest,
  highest,
}: EventOf<'affinity.measured'>): string | undefined {
  if (mean === undefined || lowest === undefined || highest === undefined) return undefined;
  const number = (value: number): string => String(Number(value.toPrecision(2)));
  const pair = ({affected, helper, value}: AffinityPair): string =>
    `${number(value)} (${affected} ${method === 'tag' ? 'from' : 'and'} ${helper})`;
  return `           ${affinityTitles[method]}: mean ${number(mean)}, lowest ${pair(lowest)}, highest ${pair(highest)}`;
}

function startedLine(event: EventOf<'run.started'>, name: string): string {
  const models = event.models
    .map(({name, parameters}) => `${name} ${thousands(parameters)}`)
    .join(', ');
  const fold = name === event.experiment ? '' : `  ${name}`;
  return `${event.run}${fold}\n  model  ${models} parameters; ${counted(event.epochs, 'epoch')}; ${event.backend}`;
}

function continuedLine({ended, model, epoch, batches}: EventOf<'run.continued'>): string {
  if (model === undefined)
    return ended.length === 0
      ? '  starts again: there is no checkpoint'
      : `  resumes after ${printable(ended.join(', '))}`;
  const batch = batches === 0 ? '' : `, after batch ${thousands(batches)}`;
  return `  resumes from epoch ${epoch}${batch} of ${printable(model)}`;
}

/** The accuracies that a finished model counts with. */
function finalAccuracies({validation, test}: EventOf<'model.ended'>): string {
  return test === undefined ? accuracies(validation, 'validation') : accuracies(test, 'test');
}

/** Empty unless the best of several groups answers a head. */
function answersText({answers}: EventOf<'model.ended'>): string {
  if (answers === undefined) return '';
  return answers.length === 0
    ? '  answers no head'
    : `  answers ${shortList(answers).join(', ')} so far`;
}

/** Empty where all heads have the plain decision. */
function decisionsText({decisions}: EventOf<'model.ended'>): string {
  if (decisions === undefined) return '';
  const heads = Object.entries(decisions).map(
    ([head, decision]) => `${head} ${decisionText(decision)}`,
  );
  return `  ${shortList(heads).join('; ')}`;
}

function epochLine(event: EventOf<'epoch.ended'>, epochs: number): string {
  const width = String(epochs).length;
  return [
    `  epoch  ${String(event.epoch).padStart(width)}/${epochs}`,
    `loss ${fraction(event.train.loss)}`,
    `validation ${fraction(event.validation.loss)}`,
    accuracies(event.train, 'train'),
    accuracies(event.validation, 'validation'),
    `${event.trainSeconds.toFixed(2)}s`,
    `${thousands(event.imagesPerSecond)} images/s`,
  ].join('  ');
}

function accuracies(metrics: SplitMetrics, split: string): string {
  const heads = Object.entries(metrics.heads).map(
    ([head, {accuracy}]) => `${head} ${fraction(accuracy, 3)}`,
  );
  return `${split}: ${shortList(heads).join(' ')}`;
}

function shortList(heads: readonly string[]): readonly string[] {
  return heads.length > 6 ? [...heads.slice(0, 6), `… ${heads.length - 6} more`] : heads;
}

function failedLine(event: EventOf<'run.failed'>): string {
  const hint = event.hint === undefined ? '' : `\n  ${event.hint}`;
  return `${event.run}  ${failedStatus(event.exitCode)}: ${event.message}${hint}`;
}
