import {groupBy} from '../util/group-by.js';
import {createHash} from 'node:crypto';
import {BINARY, isMultiClass} from '../experiment/classes.js';
import {MISSING} from '../experiment/missing-label.js';
import type {EvaluatedPart} from '../experiment/parts.js';
import {PREDICTION_COLUMNS} from '../runs/run-csv.js';
import {readRunDefinition} from '../runs/run-definition.js';
import type {RunFolder} from '../runs/run-folder.js';
import {pathFromCsv} from '../util/csv-text.js';
import {ownValue} from '../util/own-value.js';
import {eachCsvRow} from './csv-rows.js';

/** Predictions of one head, image by image, in the order of the files. */
export type HeadPredictions = {
  /** The class or MISSING. */
  readonly labels: Uint8Array;
  readonly predicted: Uint8Array;
  /** Probability of 1, from 0 to 1; of the predicted class for a head with more than two. */
  readonly probabilities: Float64Array;
  /** Names of the classes of a head with more than two. */
  readonly classes?: readonly string[] | undefined;
};

/** Names of the classes of heads, as in `data.classes`. */
type ClassNames = Readonly<Record<string, readonly string[]>>;

/** A run's predictions on the images that it is measured on. */
export type RunPredictions = {
  readonly part: EvaluatedPart;
  /** Names of the images, sorted. */
  readonly files: readonly string[];
  /** Equal for runs that were evaluated on the same images. */
  readonly imagesHash: string;
  readonly heads: ReadonlyMap<string, HeadPredictions>;
};

/** One row of `predictions.csv`. */
export type Prediction = {
  readonly file: string;
  readonly head: string;
  /** The class; undefined where it is not known. */
  readonly label: number | undefined;
  readonly predicted: number;
  /** Probability of 1, from 0 to 1; of the predicted class for a head with more than two. */
  readonly probability: number;
  /** Names of the classes of a head with more than two. */
  readonly classes?: readonly string[] | undefined;
};

/** More than all 40 heads on all images of CelebA take. */
const MAX_BYTES = 400_000_000;
const HEADER = PREDICTION_COLUMNS.join();

/** Rows of `predictions.csv`, and which part their images are from. */
type PartOfPredictions = {
  readonly part: EvaluatedPart;
  readonly rows: readonly Prediction[];
};

/**
 * Reads the rows of a run's `predictions.csv` for one part. There can be hundreds of thousands, so other
 * work gets its turn between chunks.
 *
 * @param names  Of the classes of heads, from the run's definition.
 * @param wanted The part; the one that the run is measured on where nothing is said.
 * @throws Error where the file is missing or a line is wrong; names the line.
 */
export async function readPredictions(
  file: string,
  names: ClassNames = {},
  wanted?: EvaluatedPart,
): Promise<PartOfPredictions> {
  const byPart = {validation: [] as Prediction[], test: [] as Prediction[]};
  let header = 'nothing';
  await eachCsvRow(file, MAX_BYTES, (row, line) => {
    if (line > 1) byPart[partOf(row[1], line)].push(predictionOf(row, line, names));
    else if ((header = row.join()) !== HEADER) throw new Error(wrongHeader(header));
  });
  if (header === 'nothing') throw new Error(wrongHeader(header));
  const part = wanted ?? (byPart.test.length > 0 ? 'test' : 'validation');
  return {part, rows: byPart[part]};
}

/** @throws Error that names the line where the text is no part that runs are evaluated on. */
export function partOf(text: string | undefined, line: number): EvaluatedPart {
  if (text === 'validation' || text === 'test') return text;
  throw new Error(`Line ${line}: expected validation or test; received ${text}.`);
}

function wrongHeader(received: string): string {
  return `Expected the columns ${HEADER}; received ${received}.`;
}

function predictionOf(row: readonly string[], line: number, names: ClassNames): Prediction {
  const [name = '', , head = '', label, predicted, text = ''] = row;
  const probability = probabilityOf(text);
  const classes = ownValue(names, head);
  const isRight = (label === '' || isClass(label, classes)) && isClass(predicted, classes);
  if (isRight && probability !== undefined)
    return {
      file: pathFromCsv(name),
      head,
      label: label === '' ? undefined : Number(label),
      predicted: Number(predicted),
      probability,
      ...(classes !== undefined && isMultiClass(classes.length) && {classes}),
    };
  throw new Error(
    `Line ${line}: expected 0, 1 or nothing, 0 or 1, and a probability; received ${label}, ${predicted}, ${text}.`,
  );
}

function probabilityOf(text: string): number | undefined {
  if (text === '') return undefined;
  if (text === 'NaN') return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Whether a cell is the number of a class; of 0 and 1 where the classes have no names. */
function isClass(text = '', classes = BINARY): boolean {
  return /^\d+$/.test(text) && Number(text) < classes.length;
}

/**
 * Reads a run's predictions with the images sorted by name, so that two runs on the same images pair
 * by position.
 *
 * @throws Error as `readPredictions`, and where the heads do not have the same images.
 */
export async function readRunPredictions(
  folder: RunFolder,
  wanted?: EvaluatedPart,
): Promise<RunPredictions> {
  const names = readRunDefinition(folder)?.classes;
  const predictions = await readPredictions(folder.predictions, names, wanted);
  const byHead = groupBy(predictions.rows, ({head}) => head);
  for (const rows of byHead.values()) rows.sort((a, b) => compareText(a.file, b.file));
  const [first = []] = byHead.values();
  const files = first.map(row => row.file);
  const heads = new Map<string, HeadPredictions>();
  for (const [head, rows] of byHead) {
    if (rows.length !== files.length || rows.some((row, index) => row.file !== files[index]))
      throw new Error(
        `The images of ${head} differ from those of ${first[0]?.head ?? ''}. Expected the same images for every head.`,
      );
    heads.set(head, columnsOf(rows));
  }
  return {part: predictions.part, files, imagesHash: imagesHashOf(files), heads};
}

/** Equal for the same images. @param files Names, sorted. */
export function imagesHashOf(files: readonly string[]): string {
  return createHash('sha256').update(files.join('\n')).digest('hex');
}

function columnsOf(rows: readonly Prediction[]): HeadPredictions {
  return {
    labels: Uint8Array.from(rows, ({label}) => label ?? MISSING),
    predicted: Uint8Array.from(rows, ({predicted}) => predicted),
    probabilities: Float64Array.from(rows, ({probability}) => probability),
    ...(rows[0]?.classes && {classes: rows[0].classes}),
  };
}

/** Compares by code unit, so the order does not depend on the locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
