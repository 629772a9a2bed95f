import {SLICE_COLUMNS} from '../runs/run-csv.js';
import {pathFromCsv} from '../util/csv-text.js';
import {MOST_SLICES} from '../experiment/slices.js';
import {eachCsvRow} from './csv-rows.js';
import {partOf, type RunPredictions} from './predictions.js';

/** Values of the attributes that slice a run's images, 0 or 1 for each image, by attribute. */
export type SliceAttributes = ReadonlyMap<string, Uint8Array>;

/** Five times what all images of CelebA take with twenty attributes. */
const MAX_BYTES = 50_000_000;

/**
 * Reads `slices.csv`: the values of the attributes for the images of a run's predictions, in their
 * order. Rows of images from other parts are left out.
 *
 * @throws Error where the file is missing, a row is wrong or there twice, or an image has no row.
 */
export async function readSliceAttributes(
  file: string,
  {part, files}: Pick<RunPredictions, 'part' | 'files'>,
): Promise<SliceAttributes> {
  const positions = new Map(files.map((name, position) => [name, position]));
  const hasRow = new Uint8Array(files.length);
  let columns: readonly {readonly name: string; readonly values: Uint8Array}[] = [];
  await eachCsvRow(file, MAX_BYTES, (cells, row) => {
    const [name = '', split, ...values] = cells;
    if (row === 1) {
      columns = attributesOf(cells).map(name => ({name, values: new Uint8Array(files.length)}));
      return;
    }
    if (partOf(split, row) !== part) return;
    const position = positions.get(pathFromCsv(name));
    if (position === undefined)
      throw new Error(`Line ${row}: predictions.csv has no image ${name}.`);
    if (hasRow[position] === 1) throw new Error(`Line ${row}: ${name} has two rows.`);
    hasRow[position] = 1;
    columns.forEach((column, index) => (column.values[position] = bitOf(values[index], row)));
  });
  if (columns.length === 0) throw new Error(wrongHeader('nothing'));
  const missing = files.filter((_, position) => hasRow[position] === 0);
  if (missing.length > 0)
    throw new Error(
      `${missing.length} of the ${files.length} images in predictions.csv have no row, such as ${missing[0]}.`,
    );
  return new Map(columns.map(({name, values}) => [name, values]));
}

function attributesOf(header: readonly string[]): readonly string[] {
  const names = header.slice(SLICE_COLUMNS.length);
  const isRight =
    header.slice(0, SLICE_COLUMNS.length).join() === SLICE_COLUMNS.join() &&
    names.length > 0 &&
    names.length <= MOST_SLICES &&
    new Set(names).size === names.length;
  if (!isRight) throw new Error(wrongHeader(header.join()));
  return names;
}

function wrongHeader(received: string): string {
  return `Expected the columns ${SLICE_COLUMNS.join()} and then 1 to ${MOST_SLICES} attributes, each once; received ${received.slice(0, 200)}.`;
}

function bitOf(text: string | undefined, row: number): number {
  if (text === '0' || text === '1') return Number(text);
  throw new Error(`Line ${row}: expected 0 or 1 for each attribute; received ${text}.`);
}
