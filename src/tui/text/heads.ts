import type {HeadMetrics, RunMetrics} from '../../compare/run-metrics.js';
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
  const heads = Object.entries(numbers.heads).map(([name, score]) =>
    partsOf(name, score, isSpoken),
  );
  const place = placeOf(heads, width, isSpoken);
  return [
    ...wrappedLines(`${imagesText(numbers)}; ${INTERVALS}`, width, 'faint'),
    ...heads.flatMap(head => [line(''), line(head.name, 'strong'), ...joined(head, place)]),
  ];
}

/** The metrics of one head, with its confusion matrix; for the arguments see `headLines`. */
export function scoreLines(
  name: string,
  score: HeadMetrics,
  width: number,
  isSpoken: boolean,
): Line[] {
  const head = partsOf(name, score, isSpoken);
  const place = placeOf([head], width, isSpoken);
  return [...joined(head, place), ...wrappedLines(INTERVALS, width, 'faint')];
}

type HeadParts = {
  readonly name: string;
  readonly facts: readonly Line[];
  readonly matrix: readonly Line[];
};

function partsOf(head: string, score: HeadMetrics, isSpoken: boolean): HeadParts {
  const name = oneLine(head);
  const matrix = isSpoken ? [line(confusionText(score))] : confusionLines(name, score);
  return {name, facts: factsOf(score), matrix};
}

/** Columns from the left where the matrices begin; undefined where they stand below the facts. */
function placeOf(
  heads: readonly HeadParts[],
  width: number,
  isSpoken: boolean,
): number | undefined {
  const factsWidth = Math.max(...heads.flatMap(({facts}) => facts.map(lineWidth)));
  const matrixWidth = Math.max(...heads.flatMap(({matrix}) => matrix.map(lineWidth)));
  // The same for all heads: the eye goes down a column.
  const isBeside = !isSpoken && factsWidth + GAP + matrixWidth <= width;
  return isBeside ? factsWidth + GAP : undefined;
}

function joined({facts, matrix}: HeadParts, place: number | undefined): readonly Line[] {
  if (place === undefined) return [...facts, ...matrix];
  return facts.map((fact, row) => [
    ...fact,
    span(' '.repeat(place - lineWidth(fact))),
    ...(matrix[row] ?? []),
  ]);
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
      `${fractionText(score.accuracy)} (${fraction(score.ciLow, 2)}-${fraction(score.ciHigh, 2)})`,
    ],
    ['majority baseline', fractionText(score.baseline)],
    ['balanced accuracy', fractionText(score.balancedAccuracy)],
    ['precision', fractionText(score.precision)],
    ['recall', fractionText(score.recall)],
    ['F1', fractionText(score.f1)],
    ['ROC-AUC', fractionText(score.rocAuc)],
    ['PR-AUC', fractionText(score.prAuc)],
    ['Brier score', fractionText(score.brier)],
    ['calibration error', fractionText(score.ece)],
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

function factsOf(score: HeadMetrics): Line[] {
  return numbersOf(score).map(([label, value]) => factLine(label, value, LABEL_COLUMNS));
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

function fractionText(value: number): string {
  return Number.isFinite(value) ? fraction(value, 3) : '-';
}
