import type {HeadMetrics} from '../../compare/run-metrics.js';
import type {RunMetrics} from '../../compare/run-metrics.js';
import {fraction, oneLine, thousands} from '../../util/format.js';
import type {MeasuredState} from '../state/measured-state.js';
import {widthOf, wrap} from '../text/fit.js';
import {line, plainText, span, type Line} from '../text/line.js';
import {factLine} from './pane.js';
import {tableLines} from './table.js';

const LABEL_COLUMNS = 19;
const GAP = 2;

/** The metrics of each head of a run, with its confusion matrix. */
export function headLines(measured: MeasuredState, run: string, width: number): Line[] {
  const known = knownNumbers(measured, run);
  if (typeof known === 'string') return wrap(known, width).map(own => line(own));
  const heads = Object.entries(known.heads).map(([name, score]) => ({
    name: line(oneLine(name), 'strong'),
    facts: factsOf(score),
    matrix: confusionLines(oneLine(name), score),
  }));
  const facts = Math.max(...heads.flatMap(own => own.facts.map(lineWidth)));
  const matrix = Math.max(...heads.flatMap(own => own.matrix.map(lineWidth)));
  // The same for all heads: the eye goes down a column.
  const beside = facts + GAP + matrix <= width;
  return [
    ...wrap(noteOf(known), width).map(own => line(own, 'faint')),
    ...heads.flatMap(own => [
      line(''),
      own.name,
      ...(beside
        ? own.facts.map((fact, row) => [
            ...fact,
            span(' '.repeat(facts + GAP - lineWidth(fact))),
            ...(own.matrix[row] ?? []),
          ])
        : [...own.facts, ...own.matrix]),
    ]),
  ];
}

/** How many of each head were right, and where to look at them. */
export function rightLines(measured: MeasuredState, run: string, width: number): Line[] {
  const known = knownNumbers(measured, run);
  if (typeof known === 'string') return wrap(known, width).map(own => line(own));
  const counted = Object.entries(known.heads).map(([name, {confusion, images}]) => {
    const mistakes = confusion.falsePositives + confusion.falseNegatives;
    return line(`${oneLine(name)}: ${images - mistakes} of ${images} right, ${mistakes} mistakes`);
  });
  return [...counted, line(''), line('v shows the images, mistakes first.', 'faint')];
}

/** The numbers of each head in sentences, for a screen reader. */
export function headSentences(measured: MeasuredState, run: string): Line[] {
  const known = knownNumbers(measured, run);
  if (typeof known === 'string') return [line(known)];
  return Object.entries(known.heads).map(([name, score]) => {
    const {truePositives, falseNegatives, falsePositives, trueNegatives} = score.confusion;
    const facts = numbersOf(score).map(([label, value]) => `${label} ${value}`);
    return line(
      `${oneLine(name)}: ${facts.join(', ')}. ` +
        `${truePositives} of ${truePositives + falseNegatives} positives and ` +
        `${trueNegatives} of ${trueNegatives + falsePositives} negatives classified correctly.`,
    );
  });
}

/** The run's numbers, or why there are none. */
function knownNumbers({run: of, result, error}: MeasuredState, run: string): RunMetrics | string {
  if (of !== run) return 'Reading the predictions.';
  if (result === undefined) return error ?? 'Nothing was measured.';
  return result.problem === undefined ? result : `No numbers: ${result.problem}`;
}

function noteOf({heads}: RunMetrics): string {
  const images = [...new Set(Object.values(heads).map(own => thousands(own.images)))];
  return `n = ${images.join(' or ')} images; (…) is Wilson's 95 % interval.`;
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
    ['AUC', fractionText(score.auc)],
    ['calibration error', fractionText(score.calibrationError)],
  ];
}

function factsOf(score: HeadMetrics): Line[] {
  return numbersOf(score).map(([label, value]) => factLine(label, value, LABEL_COLUMNS));
}

/** Confusion matrix: predicted (columns) by true class (rows). */
function confusionLines(name: string, {confusion}: HeadMetrics): Line[] {
  const {truePositives, falseNegatives, falsePositives, trueNegatives} = confusion;
  const row = (label: string, called: number, calledNot: number): ConfusionRow => ({
    key: label,
    cells: [{text: label}, {text: thousands(called)}, {text: thousands(calledNot)}],
  });
  const columns = [
    {title: ''},
    {title: `predicted ${name}`, align: 'right'},
    {title: 'predicted not', align: 'right'},
  ] as const;
  const rows = [
    row(`is ${name}`, truePositives, falseNegatives),
    row('is not', falsePositives, trueNegatives),
  ];
  const natural = columns.map(({title}, at) =>
    Math.max(widthOf(title), ...rows.map(({cells}) => widthOf(cells[at]?.text ?? ''))),
  );
  const view = tableLines(
    columns,
    rows,
    natural.reduce((sum, own) => sum + own + 2, -2),
  );
  return [view.header, ...view.rows];
}

type ConfusionRow = {readonly key: string; readonly cells: {readonly text: string}[]};

function fractionText(value: number): string {
  return Number.isFinite(value) ? fraction(value, 3) : '-';
}

function lineWidth(content: Line): number {
  return widthOf(plainText(content));
}
