import type {HeadMetrics, RunMetrics} from '../../compare/run-metrics.js';
import {metricText} from '../../report/text/numbers.js';
import {fraction, oneLine, thousands} from '../../util/format.js';
import type {MeasuredState} from '../state/snapshot.js';
import {factLine, line, lineWidth, span, tableLines, wrappedLines, type Line} from './line.js';

const LABEL_COLUMNS = 19;
const GAP = 2;

/**
 * The metrics of each head of a run, with its confusion matrix.
 *
 * @param isSpoken Whether the matrix is a sentence, for a screen reader.
 */
export function headLines(
  measured: MeasuredState,
  run: string,
  width: number,
  isSpoken: boolean,
): Line[] {
  const numbers = numbersOrReason(measured, run);
  if (typeof numbers === 'string') return wrappedLines(numbers, width);
  const names = Object.keys(numbers.heads).map(oneLine);
  const blocks = scoreBlocks(Object.entries(numbers.heads), width, isSpoken);
  return [
    ...wrappedLines(`${imagesText(numbers)}; ${INTERVALS}`, width, 'faint'),
    ...blocks.flatMap((block, at) => [line(''), line(names[at] ?? '', 'strong'), ...block]),
  ];
}

/** The metrics of one head, with its confusion matrix; for the arguments see `headLines`. */
export function scoreLines(
  name: string,
  score: HeadMetrics,
  width: number,
  isSpoken: boolean,
): Line[] {
  const blocks = scoreBlocks([[name, score]], width, isSpoken);
  return [...blocks.flat(), ...wrappedLines(INTERVALS, width, 'faint')];
}

/** For each head its numbers, and its confusion matrix beside them where all heads have room for that, else below. */
function scoreBlocks(
  heads: readonly (readonly [name: string, score: HeadMetrics])[],
  width: number,
  isSpoken: boolean,
): readonly (readonly Line[])[] {
  const blocks = heads.map(([name, score]) => ({
    facts: numbersOf(score).map(([label, value]) => factLine(label, value, LABEL_COLUMNS)),
    matrix: isSpoken ? [line(confusionText(score))] : confusionLines(oneLine(name), score),
  }));
  const widest = (lines: readonly Line[]): number => Math.max(...lines.map(lineWidth));
  // The same place for all heads: the eye goes down a column.
  const place = widest(blocks.flatMap(({facts}) => facts)) + GAP;
  const isBeside = !isSpoken && place + widest(blocks.flatMap(({matrix}) => matrix)) <= width;
  return blocks.map(({facts, matrix}) =>
    isBeside ? beside(facts, matrix, place) : [...facts, ...matrix],
  );
}

/** Lines with others that begin in the column `place`. */
function beside(left: readonly Line[], right: readonly Line[], place: number): readonly Line[] {
  return Array.from({length: Math.max(left.length, right.length)}, (_, row) => {
    const start = left[row] ?? [];
    return [...start, span(' '.repeat(place - lineWidth(start))), ...(right[row] ?? [])];
  });
}

/** How many of each head were right, and where to look at them. */
export function rightLines(measured: MeasuredState, run: string, width: number): Line[] {
  const numbers = numbersOrReason(measured, run);
  if (typeof numbers === 'string') return wrappedLines(numbers, width);
  const counted = Object.entries(numbers.heads).map(([name, {accuracy, images}]) => {
    const mistakes = images === 0 ? 0 : images - Math.round(accuracy * images);
    return line(
      `${oneLine(name)}: ${images - mistakes} of ${images} right, ${mistakes} ${mistakes === 1 ? 'mistake' : 'mistakes'}`,
    );
  });
  return [...counted, line(''), line('v shows the images, mistakes first.', 'faint')];
}

/** The run's numbers, or why there are none. */
function numbersOrReason(
  {run: measuredRun, result, error}: MeasuredState,
  run: string,
): RunMetrics | string {
  if (measuredRun !== run) return 'Reading the predictions.';
  if (result === undefined) return error ?? 'Nothing was measured.';
  return result.problem === undefined ? result : `No numbers: ${result.problem}`;
}

const INTERVALS = "(…) is Wilson's 95 % interval.";

/** `n = 200 test images` */
export function imagesText({heads, part}: RunMetrics): string {
  const images = [...new Set(Object.values(heads).map(head => thousands(head.images)))];
  return `n = ${images.join(' or ')} ${part} images`;
}

function numbersOf(score: HeadMetrics): readonly (readonly [label: string, value: string])[] {
  return [
    [
      'accuracy',
      `${metricText(score.accuracy)} (${fraction(score.ciLow, 2)}-${fraction(score.ciHigh, 2)})`,
    ],
    ['majority baseline', metricText(score.baseline)],
    ['balanced accuracy', metricText(score.balancedAccuracy)],
    ['precision', metricText(score.precision)],
    ['recall', metricText(score.recall)],
    ['F1', metricText(score.f1)],
    ['ROC-AUC', metricText(score.rocAuc)],
    ['PR-AUC', metricText(score.prAuc)],
    ['Brier score', metricText(score.brier)],
    ['calibration error', metricText(score.ece)],
    ...decisionFacts(score),
  ];
}

/** Only where they are not the plain ones. */
function decisionFacts({decision}: HeadMetrics): [string, string][] {
  if (decision === undefined) return [];
  const {threshold, temperature} = decision;
  return [
    ['threshold', String(threshold)],
    ['temperature', String(temperature)],
  ];
}

function confusionText({confusion, classes}: HeadMetrics): string {
  if (classes !== undefined) {
    const {names, matrix} = classes;
    const texts = matrix.map(
      (row, label) =>
        `${row[label]} of ${row.reduce((sum, count) => sum + count, 0)} ${oneLine(names[label] ?? '')}`,
    );
    return `${texts.join(', ')} classified correctly.`;
  }
  const {truePositives, falseNegatives, falsePositives, trueNegatives} = confusion;
  return (
    `${truePositives} of ${truePositives + falseNegatives} positives and ` +
    `${trueNegatives} of ${trueNegatives + falsePositives} negatives classified correctly.`
  );
}

/** Confusion matrix: predicted (columns) by true class (rows). */
function confusionLines(name: string, {confusion, classes}: HeadMetrics): Line[] {
  if (classes !== undefined) {
    const names = classes.names.map(each => oneLine(each));
    const rows = classes.matrix.map((row, label) => [`is ${names[label]}`, ...row.map(thousands)]);
    const right = names.map((_, index) => index + 1);
    return tableLines({header: ['', ...names], rows, right}, Infinity);
  }
  const {truePositives, falseNegatives, falsePositives, trueNegatives} = confusion;
  const header = ['', `predicted ${name}`, 'predicted not'];
  const rows = [
    [`is ${name}`, thousands(truePositives), thousands(falseNegatives)],
    ['is not', thousands(falsePositives), thousands(trueNegatives)],
  ];
  return tableLines({header, rows, right: [1, 2]}, Infinity);
}
