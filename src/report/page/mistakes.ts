import {isBroken, type RunRecord} from '../../runs/run-record.js';
import type {MeasuredRun} from '../../compare/measure-run.js';
import type {HeadPredictions} from '../../compare/predictions.js';
import type {ReportRow} from './report-row.js';

/** An image as a data URI; undefined where it cannot be read. */
export type ImageReader = (record: RunRecord, file: string) => Promise<string | undefined>;

export type Mistake = {
  readonly file: string;
  readonly label: 0 | 1;
  /** Probability of 1, as the run predicted it. */
  readonly probability: number;
  readonly image: string;
};

/** What a row has wrong on a head, the surest first; of several seeds, the first that answered. */
export type Mistakes = {
  readonly row: string;
  readonly head: string;
  readonly run: string;
  /** Wrong of all evaluation images. */
  readonly wrong: number;
  readonly images: number;
  readonly shown: readonly Mistake[];
};

const SHOWN = 16;

export async function worstMistakes(
  rows: readonly ReportRow[],
  measured: readonly MeasuredRun[],
  readImageFile: ImageReader,
): Promise<Mistakes[]> {
  const result: Mistakes[] = [];
  for (const {label, group, records} of rows) {
    const own = measured.find(
      ({run, predictions}) => predictions !== undefined && group.runs.some(({id}) => id === run.id),
    );
    const record = records.find(({state}) => state.id === own?.run.id);
    if (own?.predictions === undefined || record === undefined || isBroken(record.info)) continue;
    for (const [head, predictions] of own.predictions.heads) {
      const wrong = surestMistakes(predictions);
      const shown: Mistake[] = [];
      for (const index of wrong.slice(0, SHOWN)) {
        const file = own.predictions.files[index]!;
        const image = await readImageFile(record, file);
        if (image === undefined) continue;
        const probability = predictions.probabilities[index]!;
        shown.push({file, label: predictions.labels[index] === 1 ? 1 : 0, probability, image});
      }
      const images = predictions.labels.length;
      result.push({row: label, head, run: own.run.id, wrong: wrong.length, images, shown});
    }
  }
  return result;
}

/** Positions of the images that are wrong; where two are as sure, in the order of their names. */
function surestMistakes({labels, predicted, probabilities}: HeadPredictions): number[] {
  const sure = (image: number): number => Math.abs((probabilities[image] ?? 0.5) - 0.5) || 0;
  return [...labels.keys()]
    .filter(image => labels[image] !== predicted[image])
    .sort((a, b) => sure(b) - sure(a) || a - b);
}
