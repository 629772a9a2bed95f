import {stringify} from 'csv-stringify/sync';
import {csvPath} from '../util/csv-text.js';

const DIGITS = 7;

/** What a run says of one head over the validation images. */
type HeadPredictions = {
  readonly head: string;
  /** 0 or 1 for each image. */
  readonly labels: Uint8Array;
  /** Probability of 1 for each image. */
  readonly probabilities: Float32Array;
};

/** The text of `predictions.csv`: a row for each image and head, image by image. */
export function predictionsCsv(
  files: readonly string[],
  heads: readonly HeadPredictions[],
): string {
  const rows = files.flatMap((file, image) =>
    heads.map(({head, labels, probabilities}) => {
      const probability = probabilities[image] ?? Number.NaN;
      return [
        csvPath(file),
        head,
        labels[image] ?? 0,
        probability > 0.5 ? 1 : 0,
        Number(probability.toPrecision(DIGITS)),
      ];
    }),
  );
  return stringify([['file', 'head', 'label', 'predicted', 'probability'], ...rows]);
}
