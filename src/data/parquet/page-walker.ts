import type {FileMetaData, RowGroup} from 'hyparquet';
import {parquetSchema} from 'hyparquet';
import {convert, DEFAULT_PARSERS} from 'hyparquet/src/convert.js';
import {parquetHeader, readPage} from 'hyparquet/src/column.js';
import {getTreePath} from 'hyparquet/src/schema.js';
import {checkThrift} from './check-thrift.js';
import {compressors, isPossiblePage} from './compressors.js';

type Decoder = Parameters<typeof readPage>[2];
type PageHeader = ReturnType<typeof parquetHeader>;
type Dictionary = Parameters<typeof readPage>[3];

/** Reads bytes of the file; fewer where it ends before. */
type ReadBytes = (start: number, length: number) => Uint8Array;

/** A page: where its content is, and which rows it holds. */
type Page = {
  readonly header: PageHeader;
  readonly start: number;
  readonly firstRow: number;
  readonly rows: number;
};

/** Enough for the header of any page whose statistics are cut as they should be. */
const HEADER_BYTES = 16_384;
const MAX_HEADER_BYTES = 4_000_000;

/** The values of some rows that follow each other. */
type ColumnPage = {
  /** Of the first value, within the row group. */
  readonly firstRow: number;
  readonly values: ArrayLike<unknown>;
};

/**
 * One column of one row group, a page at a time: a row group may hold all images, a page has about
 * a megabyte. Pages follow each other without an index, so their headers are walked through once.
 * Every size and count that a page claims is compared with what there is before it is believed.
 */
export class PageWalker {
  readonly #read: ReadBytes;
  readonly #decoder: Decoder;
  readonly #rows: number;
  readonly #end: number;
  readonly #pages: Page[] = [];
  #next: number;
  #dictionary: Dictionary;
  #last: {readonly page: Page; readonly values: ArrayLike<unknown>} | undefined;

  /** @param column Path of the column in the schema. */
  constructor(read: ReadBytes, metadata: FileMetaData, group: RowGroup, column: readonly string[]) {
    const meta = group.columns.find(
      ({meta_data: found}) => found?.path_in_schema.join('.') === column.join('.'),
    )?.meta_data;
    if (meta === undefined) throw new Error(`the row group has no column ${column.join('.')}`);
    const schemaPath = getTreePath(parquetSchema(metadata), [...column]);
    this.#read = read;
    this.#rows = Number(group.num_rows);
    this.#next = Number(meta.dictionary_page_offset || meta.data_page_offset);
    this.#end = this.#next + Number(meta.total_compressed_size);
    this.#decoder = {
      ...meta,
      pathInSchema: [...column],
      element: schemaPath.at(-1)!.element,
      schemaPath,
      compressors,
      utf8: false,
      parsers: DEFAULT_PARSERS,
    };
  }

  /** The value of a row of the group; undefined where it has none. @throws where the page is damaged. */
  valueAt(row: number): unknown {
    const page = this.#pageOf(row);
    if (this.#last?.page !== page) this.#last = {page, values: this.#valuesOf(page)};
    return valueOf(this.#last.values[row - page.firstRow]);
  }

  /** All pages, from the first to the last row of the group. @throws where one is damaged. */
  *pages(): Generator<ColumnPage> {
    for (let row = 0; row < this.#rows;) {
      const page = this.#pageOf(row);
      yield {firstRow: page.firstRow, values: this.#valuesOf(page)};
      row = page.firstRow + page.rows;
    }
  }

  #valuesOf(page: Page): ArrayLike<unknown> {
    const values = this.#decode(page);
    if (values.length !== page.rows) throw new Error('a page has not the rows it promised');
    return values;
  }

  #pageOf(row: number): Page {
    const known = this.#pages.findLast(({firstRow}) => firstRow <= row);
    if (known !== undefined && row < known.firstRow + known.rows) return known;
    for (;;) {
      const page = this.#walk();
      if (page !== undefined && row < page.firstRow + page.rows) return page;
    }
  }

  /** The next page; undefined for one that holds no rows. */
  #walk(): Page | undefined {
    if (this.#next >= this.#end - 1) throw new Error('the pages end before their rows');
    const {header, length} = this.#header(this.#next);
    const start = this.#next + length;
    if (!isPossiblePage(header.compressed_page_size, header.uncompressed_page_size)) {
      throw new Error('a page has an impossible size');
    }
    if (start + header.compressed_page_size > this.#end) throw new Error('a page is cut off');
    this.#next = start + header.compressed_page_size;
    const last = this.#pages.at(-1);
    const firstRow = last === undefined ? 0 : last.firstRow + last.rows;
    const page = {header, start, firstRow, rows: rowsOf(header)};
    if (header.type === 'DICTIONARY_PAGE') {
      const count = header.dictionary_page_header?.num_values ?? 0;
      if (!(count >= 0 && count <= header.uncompressed_page_size * 8)) {
        throw new Error('a dictionary claims more values than it has bits');
      }
      this.#dictionary = convert(this.#decode(page), this.#decoder);
      return undefined;
    }
    if (!(page.rows >= 0 && firstRow + page.rows <= this.#rows)) {
      throw new Error('a page claims more rows than there are');
    }
    this.#pages.push(page);
    return page;
  }

  #header(at: number): {readonly header: PageHeader; readonly length: number} {
    for (let wanted = HEADER_BYTES; ; wanted *= 16) {
      const bytes = this.#read(at, Math.min(wanted, this.#end - at));
      const reader = {view: viewOf(bytes), offset: 0};
      try {
        checkThrift(bytes);
        return {header: parquetHeader(reader), length: reader.offset};
      } catch (error) {
        if (bytes.length < wanted || wanted >= MAX_HEADER_BYTES) throw error;
      }
    }
  }

  #decode({header, start}: Page): NonNullable<Dictionary> {
    const bytes = this.#read(start, header.compressed_page_size);
    if (bytes.length < header.compressed_page_size) throw new Error('the file ends in a page');
    const reader = {view: viewOf(bytes), offset: 0};
    return readPage(reader, header, this.#decoder, this.#dictionary, undefined, 0).data ?? [];
  }
}

/** No column here holds lists: a row has one value. */
function rowsOf(header: PageHeader): number {
  const {data_page_header_v2: second, data_page_header: first} = header;
  if (second === undefined) return first?.num_values ?? 0;
  const {num_rows: rows, num_values: values, num_nulls: nulls} = second;
  if (rows !== values || !(nulls >= 0 && nulls <= values)) {
    throw new Error('the counts of a page do not fit together');
  }
  return rows;
}

/** hyparquet gives the parts of a structure in lists of one. */
export function valueOf(value: unknown): unknown {
  let inner = value;
  while (Array.isArray(inner)) inner = inner[0] as unknown;
  return inner;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
