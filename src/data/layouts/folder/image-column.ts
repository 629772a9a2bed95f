import {firstOf} from '../../../util/format.js';
import {isImageName} from '../image-names.js';
import {dataError} from '../text-file.js';

/** How the cells of a row name its image. */
export type RowNames = {
  /** The heading, for `data.imageColumn`. */
  readonly heading: string;
  /** Positions of the columns that name the image, and so are no labels. */
  readonly columns: readonly number[];
  readonly nameOf: (cells: readonly string[]) => string;
  /** The value of any other cell; the cell itself for most tables. */
  readonly valueOf: (cell: string) => string;
};

/** Headings that can only mean the image, in lower case. */
const USUAL = [
  ...['image', 'images', 'image_id', 'image_name', 'image_path', 'image_file', 'imagename'],
  ...['img', 'img_id', 'img_name', 'img_path', 'filename', 'file_name', 'filepath', 'file_path'],
  ...['file', 'path', 'photo', 'picture'],
];

/**
 * The column that names the images of a table: the one that is asked for, one with a usual heading, or
 * one whose cells are names of images.
 *
 * @param rows  Some rows.
 * @param isImage Whether the folder has an image of this name.
 * @param file  Name of the table, for messages.
 * @throws UserError where there is none.
 */
export function findImageColumn(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  isImage: (name: string) => boolean,
  asked: string | undefined,
  file: string,
): RowNames {
  if (asked !== undefined) return single(headings, askedColumn(headings, asked, file));
  const ofLfw = lfwNames(headings);
  if (ofLfw !== undefined) return ofLfw;
  const lower = headings.map(heading => heading.toLowerCase());
  const usual = USUAL.map(heading => lower.indexOf(heading)).find(column => column !== -1);
  if (usual !== undefined) return single(headings, usual);
  const cellsOf = (column: number): string[] => rows.map(row => row[column] ?? '');
  // A column of 0 and 1 may look like 0.jpg and 1.jpg.
  const columns = [...headings.keys()].filter(
    column => rows.length > 0 && new Set(cellsOf(column)).size === rows.length,
  );
  const named =
    columns.find(column => cellsOf(column).every(isImageName)) ??
    columns.find(column => cellsOf(column).filter(isImage).length > rows.length / 2);
  if (named !== undefined) return single(headings, named);
  throw dataError(
    `${file}:1: no column names the images. Expected a column such as image or filename; received ${firstOf(headings, 8)}.`,
    'Name the column: --set data.imageColumn=NAME, or add one with the names of the images.',
  );
}

function single(headings: readonly string[], column: number): RowNames {
  return {
    heading: headings[column] ?? '',
    columns: [column],
    nameOf: cells => cells[column] ?? '',
    valueOf: cell => cell,
  };
}

function askedColumn(headings: readonly string[], asked: string, file: string): number {
  const exact = headings.indexOf(asked);
  const column =
    exact === -1
      ? headings.findIndex(heading => heading.toLowerCase() === asked.toLowerCase())
      : exact;
  if (column !== -1) return column;
  throw dataError(
    `${file}:1: there is no column ${asked}, which data.imageColumn names. Received the columns ${firstOf(headings, 8)}.`,
    'Correct data.imageColumn, or leave it out.',
  );
}

/**
 * The attributes of Labeled Faces in the Wild (Kumar et al. 2009): a person, the number of the image,
 * and for each attribute a score, which is positive where the face has it.
 */
function lfwNames(headings: readonly string[]): RowNames | undefined {
  const person = headings.indexOf('person');
  const number = headings.indexOf('imagenum');
  if (person === -1 || number === -1) return undefined;
  return {
    heading: 'person',
    columns: [person, number],
    nameOf: cells =>
      `${(cells[person] ?? '').replaceAll(' ', '_')}_${(cells[number] ?? '').padStart(4, '0')}.jpg`,
    valueOf: cell => (Number.isNaN(Number.parseFloat(cell)) ? cell : Number(cell) > 0 ? '1' : '0'),
  };
}
