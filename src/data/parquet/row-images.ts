import type {RowGroup} from 'hyparquet';
import {messageOf} from '../../util/user-error.js';
import {BadImage} from '../images/location.js';
import {fileBuffer, imageColumns, readFooter} from './open-parquet.js';
import {
  columnChunk,
  type ColumnSource,
  pagesOf,
  readPage,
  type Page,
  type ReadBytes,
} from './pages.js';

/** The images of a parquet file; quick for ascending rows, of which each page is read once. */
type RowImages = {
  /** @throws BadImage where the row has none, or its page is damaged. */
  readonly read: (row: number) => Promise<Buffer>;
  readonly close: () => void;
};

/**
 * A row group whose image column is read page by page: it may hold all images, a page has a
 * megabyte.
 */
type GroupCursor = {
  readonly group: RowGroup;
  /** Number of the row after the group's last one in the file. */
  readonly endRow: number;
  readonly pages: Generator<Page, void>;
  dictionary: Page | undefined;
  /** The page that was read last. `firstRow` counts within the file. */
  page: {readonly firstRow: number; readonly values: readonly unknown[]};
};

/** @throws BadImage where the file is no parquet file of images, or damaged. */
export async function openRowImages(file: string): Promise<RowImages> {
  const buffer = fileBuffer(file);
  const readBytes: ReadBytes = (start, length) =>
    new Uint8Array(buffer.slice(start, Math.min(start + length, buffer.byteLength)));
  try {
    const metadata = await readFooter(buffer, file);
    const images: ColumnSource = {metadata, column: imageColumns(metadata, file).bytes, readBytes};
    let cursor: GroupCursor | undefined;
    const read = async (row: number): Promise<Buffer> => {
      let image: unknown;
      try {
        cursor = cursorAt(row, cursor, images);
        if (row >= cursor.page.firstRow + cursor.page.values.length) {
          cursor.page = await pageWith(row, cursor, images);
        }
        image = cursor.page.values[row - cursor.page.firstRow];
      } catch (error) {
        cursor = undefined;
        const what = `its page in the parquet file is damaged: ${messageOf(error)}`;
        throw badUnlessOfSystem(error, what);
      }
      if (!(image instanceof Uint8Array)) throw new BadImage('its row has no image');
      return Buffer.from(image);
    };
    return {read, close: () => buffer.close()};
  } catch (error) {
    buffer.close();
    throw badUnlessOfSystem(error, messageOf(error));
  }
}

/** The last cursor where the row is ahead of it in its group, else one at the row's group. */
function cursorAt(
  row: number,
  last: GroupCursor | undefined,
  {metadata, column, readBytes}: ColumnSource,
): GroupCursor {
  if (last !== undefined && row >= last.page.firstRow && row < last.endRow) return last;
  let firstRow = 0;
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows);
    const endRow = firstRow + rows;
    if (row < endRow) {
      const pages = pagesOf(readBytes, columnChunk(group, column), rows);
      return {group, endRow, pages, dictionary: undefined, page: {firstRow, values: []}};
    }
    firstRow = endRow;
  }
  throw new Error('the row is not there');
}

/** Walks on to the page that holds a row; the pages before it are not unpacked. */
async function pageWith(
  row: number,
  cursor: GroupCursor,
  images: ColumnSource,
): Promise<GroupCursor['page']> {
  const {group, pages, page: last} = cursor;
  let firstRow = last.firstRow + last.values.length;
  for (let next = pages.next(); next.done !== true; next = pages.next()) {
    const page = next.value;
    if (page.isDictionary) cursor.dictionary = page;
    else if (row < firstRow + page.rows) {
      return {firstRow, values: await readPage(images, group, page, cursor.dictionary)};
    } else firstRow += page.rows;
  }
  throw new Error('the pages end before their rows');
}

/** What the file system says stays as it is. */
function badUnlessOfSystem(error: unknown, message: string): unknown {
  const isOfSystem = (error as NodeJS.ErrnoException).code !== undefined;
  return isOfSystem ? error : new BadImage(message, {cause: error});
}
