import type {FileMetaData, RowGroup} from 'hyparquet';
import {messageOf} from '../../util/user-error.js';
import {BadImage} from '../images/location.js';
import {fileBuffer, imageColumns, readFooter, type FileBuffer} from './open-parquet.js';
import {columnChunk, pagesOf, readPage, type Page, type ReadBytes} from './pages.js';

/**
 * A row group whose image column is read page by page: it may hold all images, a page has a
 * megabyte.
 */
type GroupCursor = {
  readonly group: RowGroup;
  /** Number of the group's first row in the file. */
  readonly firstRow: number;
  readonly pages: Generator<Page, void>;
  dictionary: Page | undefined;
  /** The page that was read last. `firstRow` counts within the file. */
  page: {readonly firstRow: number; readonly values: readonly unknown[]};
};

/**
 * Reads the images of a parquet file; quick for ascending rows, of which each page is read once.
 */
export class RowImages {
  readonly #buffer: FileBuffer;
  readonly #metadata: FileMetaData;
  readonly #column: readonly string[];
  readonly #read: ReadBytes;
  #cursor: GroupCursor | undefined;

  private constructor(buffer: FileBuffer, metadata: FileMetaData, column: readonly string[]) {
    this.#buffer = buffer;
    this.#metadata = metadata;
    this.#column = column;
    this.#read = (start, length) =>
      new Uint8Array(buffer.slice(start, Math.min(start + length, buffer.byteLength)));
  }

  /** @throws BadImage where the file is no parquet file of images, or damaged. */
  static async open(file: string): Promise<RowImages> {
    const buffer = fileBuffer(file);
    try {
      const metadata = await readFooter(buffer, file);
      return new RowImages(buffer, metadata, imageColumns(metadata, file).bytes);
    } catch (error) {
      buffer.close();
      throw badUnlessOfSystem(error, messageOf(error));
    }
  }

  /** @throws BadImage where the row has none, or its page is damaged. */
  async read(row: number): Promise<Buffer> {
    let image: unknown;
    try {
      image = await this.#valueAt(row);
    } catch (error) {
      this.#cursor = undefined;
      throw badUnlessOfSystem(
        error,
        `its page in the parquet file is damaged: ${messageOf(error)}`,
      );
    }
    if (!(image instanceof Uint8Array)) throw new BadImage('its row has no image');
    return Buffer.from(image);
  }

  close(): void {
    this.#buffer.close();
  }

  async #valueAt(row: number): Promise<unknown> {
    const cursor = this.#cursorAt(row);
    this.#cursor = cursor;
    while (row >= cursor.page.firstRow + cursor.page.values.length) {
      cursor.page = await this.#pageWith(row, cursor);
    }
    return cursor.page.values[row - cursor.page.firstRow];
  }

  /** Walks on to the page that holds a row; the pages before it are not unpacked. */
  async #pageWith(row: number, cursor: GroupCursor): Promise<GroupCursor['page']> {
    const {group, pages, page: last} = cursor;
    let firstRow = last.firstRow + last.values.length;
    for (let next = pages.next(); next.done !== true; next = pages.next()) {
      const page = next.value;
      if (page.isDictionary) cursor.dictionary = page;
      else if (row < firstRow + page.rows) {
        const {dictionary} = cursor;
        const values = await readPage(
          this.#read,
          this.#metadata,
          group,
          this.#column,
          page,
          dictionary,
        );
        return {firstRow, values};
      } else firstRow += page.rows;
    }
    throw new Error('the pages end before their rows');
  }

  #cursorAt(row: number): GroupCursor {
    const last = this.#cursor;
    const isAhead =
      last !== undefined &&
      row >= last.page.firstRow &&
      row < last.firstRow + Number(last.group.num_rows);
    if (isAhead) return last;
    let firstRow = 0;
    for (const group of this.#metadata.row_groups) {
      const rows = Number(group.num_rows);
      if (row < firstRow + rows) {
        const pages = pagesOf(this.#read, columnChunk(group, this.#column), rows);
        return {group, firstRow, pages, dictionary: undefined, page: {firstRow, values: []}};
      }
      firstRow += rows;
    }
    throw new Error('the row is not there');
  }
}

/** What the file system says stays as it is. */
function badUnlessOfSystem(error: unknown, message: string): unknown {
  const isOfSystem = (error as NodeJS.ErrnoException).code !== undefined;
  return isOfSystem ? error : new BadImage(message, {cause: error});
}
