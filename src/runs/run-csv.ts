import {stringify} from 'csv-stringify/sync';
import type {EpochRecord, ModelState, RunState} from './run-state.js';
import {predictedClass} from '../experiment/decision.js';
import {MISSING} from '../experiment/missing-label.js';
import type {EvaluatedPart} from '../experiment/parts.js';
import {csvPath} from '../util/csv-text.js';
import {ownValue} from '../util/own-value.js';

const DIGITS = 7;

const METRIC_COLUMNS = ['epoch', 'model', 'head', 'split', 'loss', 'accuracy', 'seconds'];

/**
 * The text of `metrics.csv`: a row for each epoch, model, head and split. `seconds` are those of
 * the split: training for `train`, the rest of the epoch for `validation`. Where the heads are balanced,
 * `weight` is the mean weight of the head in training.
 */
export function metricsCsv({models}: RunState): string {
  const isBalanced = models.some(({history}) => history.some(({weights}) => weights));
  const rows = models.flatMap(model =>
    model.history.flatMap(epoch => [
      ...splitRows(model, epoch, 'train', epoch.trainSeconds),
      ...splitRows(model, epoch, 'validation', epoch.seconds - epoch.trainSeconds),
    ]),
  );
  const columns = isBalanced ? [...METRIC_COLUMNS, 'weight'] : METRIC_COLUMNS;
  return stringify([columns, ...rows]);
}

function splitRows(
  {name, heads}: ModelState,
  epoch: EpochRecord,
  split: 'train' | 'validation',
  seconds: number,
): string[][] {
  return heads.map(head => {
    const {loss = Number.NaN, accuracy = Number.NaN} = ownValue(epoch[split].heads, head) ?? {};
    const metrics = [number(loss), number(accuracy)];
    const weight = split === 'train' && epoch.weights && ownValue(epoch.weights, head);
    return [
      ...[String(epoch.epoch), name, head, split, ...metrics, seconds.toFixed(3)],
      ...(epoch.weights ? [typeof weight === 'number' ? number(weight) : ''] : []),
    ];
  });
}

/** Float32 digits: the same bits give the same text. */
function number(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(DIGITS))) : String(value);
}

/** The predictions of a run for the images of one part. */
export type PartPredictions = {
  readonly part: EvaluatedPart;
  readonly files: readonly string[];
  readonly heads: readonly {
    readonly head: string;
    /** The class or MISSING for each image. */
    readonly labels: Uint8Array;
    /** Probability of 1 for each image; of the predicted class where `predicted` has it. */
    readonly probabilities: Float32Array;
    /** The predicted class of each image, for a head with more than two. */
    readonly predicted?: Uint8Array | undefined;
    /** Probability above which the head predicts 1. */
    readonly threshold: number;
  }[];
};

/** The columns of `predictions.csv`. */
export const PREDICTION_COLUMNS = ['file', 'split', 'head', 'label', 'predicted', 'probability'];

/** About as much text as is made at once. */
const ROWS_AT_ONCE = 10_000;

/**
 * The text of `predictions.csv`: a row for each image and head, image by image. CelebA has 1.6 million
 * of them, so the text comes in pieces. A label that is missing is empty.
 */
export function* predictionsCsv(parts: readonly PartPredictions[]): Generator<string> {
  yield stringify([PREDICTION_COLUMNS]);
  for (const {part, files, heads} of parts) {
    const atOnce = Math.ceil(ROWS_AT_ONCE / heads.length);
    for (let first = 0; first < files.length; first += atOnce) {
      const rows = files.slice(first, first + atOnce).flatMap((file, index) =>
        heads.map(({head, labels, probabilities, predicted, threshold}) => {
          const probability = probabilities[first + index] ?? Number.NaN;
          return [
            csvPath(file),
            part,
            head,
            labels[first + index] === MISSING ? '' : labels[first + index],
            predicted?.[first + index] ?? predictedClass(probability, threshold),
            Number(probability.toPrecision(DIGITS)),
          ];
        }),
      );
      yield stringify(rows);
    }
  }
}

/** The attributes that slice the images of one part. */
type PartSlices = {
  readonly part: EvaluatedPart;
  readonly files: readonly string[];
  /** 0 or 1 for each image and attribute, image by image: [files * attributes]. */
  readonly values: Uint8Array;
};

/** The columns of `slices.csv` before those of the attributes. */
export const SLICE_COLUMNS = ['file', 'split'];

/** The text of `slices.csv`: a row for each image, a column for each attribute. */
export function slicesCsv(attributes: readonly string[], parts: readonly PartSlices[]): string {
  const width = attributes.length;
  const rows = parts.flatMap(({part, files, values}) =>
    files.map((file, image) => [
      csvPath(file),
      part,
      ...values.subarray(image * width, (image + 1) * width),
    ]),
  );
  return stringify([[...SLICE_COLUMNS, ...attributes], ...rows]);
}
