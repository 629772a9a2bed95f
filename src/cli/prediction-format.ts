import {stringify} from 'csv-stringify/sync';
import stringWidth from 'string-width';
import {isMultiClass} from '../experiment/classes.js';
import {predictedClass} from '../experiment/decision.js';
import type {ImageResult} from '../artifacts/predict/messages.js';
import {csvPath, csvText} from '../util/csv-text.js';
import {escaped, oneLine, printable, probabilityText} from '../util/format.js';
import {padded} from '../util/table.js';

export type PredictFormat = 'table' | 'json' | 'csv';

/** A head, the names of its classes, and the probability above which one with two of them predicts 1. */
type PredictedHead = {
  readonly head: string;
  readonly classes: readonly string[];
  readonly threshold: number;
};

type Prediction = {
  /** 0 or 1; the name of the class where a head has more than two. */
  readonly predicted: number | string;
  readonly probability: number;
};

type GoodResult = Exclude<ImageResult, {error: string}>;

function predictionOf(
  {classes, threshold}: PredictedHead,
  result: GoodResult,
  index: number,
): Prediction {
  const probability = result.probabilities[index] as number;
  return {
    predicted: isMultiClass(classes.length)
      ? (classes[result.classes[index] as number] ?? '')
      : predictedClass(probability, threshold),
    probability,
  };
}

/** The text before the first image, and the text of each image. */
type PredictionFormat = {
  readonly head: string;
  readonly line: (name: string, result: ImageResult) => string;
};

/** Digits of a probability, as in `predictions.csv`. */
const DIGITS = 7;

/**
 * Chooses the format of predictions.
 *
 * @param names      All names, for the width of their column.
 * @param isTerminal Whether to remove control characters from names in CSV.
 */
export function predictionFormat(
  format: PredictFormat,
  heads: readonly PredictedHead[],
  names: readonly string[],
  isTerminal: boolean,
): PredictionFormat {
  switch (format) {
    case 'table':
      return tableFormat(heads, names);
    case 'json':
      return {head: '', line: (name, result) => jsonLine(name, heads, result)};
    case 'csv':
      return csvFormat(heads, isTerminal ? printable : text => text);
  }
}

function csvFormat(
  heads: readonly PredictedHead[],
  safe: (text: string) => string,
): PredictionFormat {
  return {
    head: stringify([['file', 'head', 'predicted', 'probability', 'error']]),
    line: (name, result) =>
      stringify(
        'error' in result
          ? [[csvPath(safe(name)), '', '', '', csvText(safe(result.error))]]
          : heads.map((head, index) => {
              const {predicted, probability} = predictionOf(head, result, index);
              const text = typeof predicted === 'string' ? csvText(safe(predicted)) : predicted;
              return [csvPath(safe(name)), head.head, text, rounded(probability), ''];
            }),
      ),
  };
}

function jsonLine(file: string, heads: readonly PredictedHead[], result: ImageResult): string {
  const value =
    'error' in result
      ? {file, error: result.error}
      : {
          file,
          heads: Object.fromEntries(
            heads.map((head, index) => {
              const {predicted, probability} = predictionOf(head, result, index);
              return [head.head, {predicted, probability: rounded(probability)}];
            }),
          ),
        };
  return `${escaped(JSON.stringify(value))}\n`;
}

const CELL = 'yes 0.000';

function tableFormat(heads: readonly PredictedHead[], names: readonly string[]): PredictionFormat {
  const first = names.reduce((width, name) => Math.max(width, stringWidth(oneLine(name))), 7);
  const widths = heads.map(({head, classes}) =>
    Math.max(
      CELL.length,
      stringWidth(head),
      ...(isMultiClass(classes.length) ? classes.map(cell => stringWidth(oneLine(cell)) + 6) : []),
    ),
  );
  const row = (name: string, cells: readonly string[]): string =>
    `${[padded(name, first), ...cells.map((cell, index) => padded(cell, widths[index] ?? 0))].join('  ').trimEnd()}\n`;
  return {
    head: row(
      'image',
      heads.map(({head}) => head),
    ),
    line: (name, result) =>
      'error' in result
        ? row(oneLine(name), [oneLine(result.error)])
        : row(
            oneLine(name),
            heads.map((head, index) => {
              const {predicted, probability} = predictionOf(head, result, index);
              const text =
                typeof predicted === 'string'
                  ? oneLine(predicted)
                  : predicted === 1
                    ? 'yes'
                    : 'no ';
              return `${text} ${probabilityText(probability)}`;
            }),
          ),
  };
}

function rounded(probability: number): number {
  return Number(probability.toPrecision(DIGITS));
}
