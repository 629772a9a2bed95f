import {parquetRead, type AsyncBuffer, type FileMetaData, type RowGroup} from 'hyparquet';
import {compressors, isPossiblePage} from './compressors.js';
import {checkThrift, type ThriftNumbers} from './thrift.js';

/** Reads bytes of a file; fewer where it ends before. */
export type ReadBytes = (start: number, length: number) => Uint8Array;

export type ColumnSource = {
  readonly metadata: FileMetaData;
  /** Its path in the schema. */
  readonly column: readonly string[];
  readonly readBytes: ReadBytes;
};

type ColumnChunk = {readonly start: number; readonly end: number};

/** A page of a column. Start and end count from the start of the file. */
export type Page = {
  readonly start: number;
  readonly end: number;
  readonly isDictionary: boolean;
  /** 0 for a dictionary. */
  readonly rows: number;
};

/** Longer than the header of any page whose statistics are cut as they should be. */
const HEADER_BYTES = 16_384;
const MAX_HEADER_BYTES = 4_000_000;
const DICTIONARY = 2;

/** @param column Path of the column in the schema. */
export function columnChunk(group: RowGroup, column: readonly string[]): ColumnChunk {
  const meta = columnsOf(group, column)[0]?.meta_data;
  if (meta === undefined) throw new Error(`a row group has no column ${column.join('.')}`);
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  return {start, end: start + Number(meta.total_compressed_size)};
}

/** The metadata of one row group with some of its columns, as hyparquet takes them. */
export function metadataOf(
  metadata: FileMetaData,
  group: RowGroup,
  columns: readonly (readonly string[])[],
): FileMetaData {
  const wanted = columns.flatMap(column => columnsOf(group, column));
  return {...metadata, row_groups: [{...group, columns: wanted}], num_rows: group.num_rows};
}

function columnsOf(group: RowGroup, column: readonly string[]): RowGroup['columns'] {
  const path = column.join('.');
  return group.columns.filter(({meta_data: meta}) => meta?.path_in_schema.join('.') === path);
}

/**
 * The pages of a column, in their order. They follow each other without an index, so each header is
 * read; sizes and counts that it claims are compared with what there is before they are believed.
 *
 * @param rows Of the row group.
 * @throws Error where a page is damaged, or the pages do not hold as many rows.
 */
export function* pagesOf(read: ReadBytes, chunk: ColumnChunk, rows: number): Generator<Page, void> {
  let start = chunk.start;
  for (let row = 0; row < rows;) {
    if (start >= chunk.end) throw new Error('the pages end before their rows');
    const page = pageAt(read, start, chunk.end);
    if (!(page.rows >= 0 && row + page.rows <= rows)) {
      throw new Error('a page claims more rows than there are');
    }
    yield page;
    row += page.rows;
    start = page.end;
  }
}

function pageAt(read: ReadBytes, start: number, chunkEnd: number): Page {
  const {end: headerBytes, numbers} = readHeader(read, start, chunkEnd);
  const compressed = numbers.get('3') ?? -1;
  const uncompressed = numbers.get('2') ?? -1;
  if (!isPossiblePage(compressed, uncompressed)) throw new Error('a page has an impossible size');
  const end = start + headerBytes + compressed;
  if (end > chunkEnd) throw new Error('a page is cut off');
  const isDictionary = numbers.get('1') === DICTIONARY;
  if (!isDictionary) return {start, end, isDictionary, rows: rowsOf(numbers)};
  const values = numbers.get('7.1') ?? 0;
  if (!(values >= 0 && values <= uncompressed * 8)) {
    throw new Error('a dictionary claims more values than it has bits');
  }
  return {start, end, isDictionary, rows: 0};
}

function readHeader(read: ReadBytes, start: number, end: number): ReturnType<typeof checkThrift> {
  for (let wanted = HEADER_BYTES; ; wanted *= 16) {
    const bytes = read(start, Math.min(wanted, end - start));
    try {
      return checkThrift(bytes, true);
    } catch (error) {
      if (bytes.length < wanted || wanted >= MAX_HEADER_BYTES) throw error;
    }
  }
}

/** No column here holds lists: a row has one value. */
function rowsOf(numbers: ThriftNumbers): number {
  const [values, nulls, rows] = ['8.1', '8.2', '8.3'].map(place => numbers.get(place));
  if (values === undefined) return numbers.get('5.1') ?? 0;
  if (rows !== values || !(nulls !== undefined && nulls >= 0 && nulls <= values)) {
    throw new Error('the counts of a page are inconsistent');
  }
  return rows;
}

/**
 * The values of one page of a column.
 *
 * @param dictionary The column's dictionary page, where it has one.
 * @throws Error where it is damaged.
 */
export async function readPage(
  {metadata, column, readBytes}: ColumnSource,
  group: RowGroup,
  page: Page,
  dictionary: Page | undefined,
): Promise<readonly unknown[]> {
  const parts = [...(dictionary === undefined ? [] : [dictionary]), page].map(({start, end}) => {
    const bytes = readBytes(start, end - start);
    if (bytes.length < end - start) throw new Error('the file ends in a page');
    return bytes;
  });
  // A file of its own, with the column of this page alone.
  const bytes = Uint8Array.from(Buffer.concat(parts)).buffer;
  const file: AsyncBuffer = {
    byteLength: bytes.byteLength,
    slice: (start, end) => bytes.slice(start, end),
  };
  const {row_groups: groups} = metadataOf(metadata, group, [column]);
  const columns = (groups[0]?.columns ?? []).flatMap(({meta_data: meta}) => {
    if (meta === undefined) return [];
    const {dictionary_page_offset: _, ...rest} = meta;
    const total_compressed_size = BigInt(bytes.byteLength);
    return [{file_offset: 0n, meta_data: {...rest, data_page_offset: 0n, total_compressed_size}}];
  });
  const rows = BigInt(page.rows);
  const values: unknown[] = [];
  await parquetRead({
    file,
    metadata: {...metadata, num_rows: rows, row_groups: [{...group, num_rows: rows, columns}]},
    columns: [column[0] as string],
    utf8: false,
    compressors,
    onPage: ({columnData}) => {
      for (let row = 0; row < columnData.length; row++) values.push(valueOf(columnData[row]));
    },
  });
  if (values.length !== page.rows) throw new Error('a page does not have the rows it promised');
  return values;
}

/** hyparquet wraps each part of a structure in a list of one. */
export function valueOf(value: unknown): unknown {
  let inner = value;
  while (Array.isArray(inner)) inner = inner[0] as unknown;
  return inner;
}
