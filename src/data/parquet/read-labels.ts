import type {AsyncBuffer, FileMetaData, RowGroup} from 'hyparquet';
import {labelOf} from '../layouts/label-rows.js';
import {MAX_LABELS} from '../layouts/limits.js';
import type {ShardTable} from '../layouts/shards.js';
import {dataError} from '../layouts/text-file.js';
import {parquetError, pictureColumns, type PictureColumns} from './open-parquet.js';
import {PageWalker, valueOf} from './page-walker.js';
import {readRanges, type ByteRange} from './read-ranges.js';

export {valueOf} from './page-walker.js';

/** What a parquet file says of its images. */
export type ParquetTable = ShardTable & {
  /** Who is in the image; undefined where it is not said. */
  readonly identities: Int32Array | undefined;
};

const NO_LABEL = 2;
const decoder = new TextDecoder();

/**
 * Reads names and labels, row group by row group; no images.
 *
 * @param groups How many row groups, from the first on.
 * @throws UserError where the file is damaged, or an image has no label.
 */
export async function readLabels(
  buffer: AsyncBuffer,
  metadata: FileMetaData,
  file: string,
  groups = metadata.row_groups.length,
): Promise<ParquetTable> {
  const columns = pictureColumns(metadata, file);
  const wanted = metadata.row_groups.slice(0, groups);
  const count = wanted.reduce((sum, group) => sum + Number(group.num_rows), 0);
  try {
    if (count * columns.labels.length > MAX_LABELS) {
      throw new Error(`it claims ${count} rows of ${columns.labels.length} columns`);
    }
    const table = new LabelColumns(columns, count, file);
    let start = 0;
    for (const group of wanted) {
      await readGroup(buffer, metadata, group, columns, table, start);
      start += Number(group.num_rows);
    }
    return table.finish();
  } catch (error) {
    throw parquetError(file, error);
  }
}

async function readGroup(
  file: AsyncBuffer,
  metadata: FileMetaData,
  group: RowGroup,
  {path, labels, identity}: PictureColumns,
  table: LabelColumns,
  start: number,
): Promise<void> {
  const paths = [...labels.map(name => [name]), ...(path === undefined ? [] : [path])];
  if (identity !== undefined) paths.push([identity]);
  const wanted = paths.filter(([name]) => !table.isOther(name as string));
  const chunks = await readRanges(
    file,
    wanted.map(column => rangeOf(group, column)),
  );
  wanted.forEach((column, index) => {
    const chunk = chunks[index] as Uint8Array;
    const {start: chunkStart} = rangeOf(group, column);
    const read = (at: number, length: number): Uint8Array =>
      chunk.subarray(at - chunkStart, at - chunkStart + length);
    for (const {firstRow, values} of new PageWalker(read, metadata, group, column).pages()) {
      table.add(column.join('.'), start + firstRow, values);
    }
  });
}

/** Where the pages of a column are in the file. */
function rangeOf(group: RowGroup, column: readonly string[]): ByteRange {
  const meta = group.columns.find(
    ({meta_data: found}) => found?.path_in_schema.join('.') === column.join('.'),
  )?.meta_data;
  if (meta === undefined) throw new Error(`a row group has no column ${column.join('.')}`);
  const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
  return {start, end: start + Number(meta.total_compressed_size)};
}

/** Values as they come, column by column. */
class LabelColumns {
  readonly #count: number;
  readonly #file: string;
  readonly #labels: ReadonlyMap<string, Uint8Array>;
  /** Values that are no labels, by the column that has them: the first of each. */
  readonly #others = new Map<string, unknown>();
  readonly #names: string[] = [];
  readonly #path: string | undefined;
  readonly #identity: string | undefined;
  readonly #identities: Int32Array;

  constructor({labels, path, identity}: PictureColumns, count: number, file: string) {
    this.#count = count;
    this.#file = file;
    this.#labels = new Map(labels.map(name => [name, new Uint8Array(count).fill(NO_LABEL)]));
    this.#path = path?.join('.');
    this.#identity = identity;
    this.#identities = new Int32Array(identity === undefined ? 0 : count);
  }

  /** Whether a column has turned out to hold something else than labels. */
  isOther(column: string): boolean {
    return this.#others.has(column);
  }

  add(column: string, start: number, values: ArrayLike<unknown>): void {
    if (start + values.length > this.#count) throw new Error(`${column} has too many values`);
    const labels = this.#labels.get(column);
    for (let row = 0; row < values.length; row++) {
      const value = valueOf(values[row]);
      if (column === this.#path) this.#names[start + row] = textOf(value) ?? '';
      else if (column === this.#identity) this.#identities[start + row] = Number(value);
      else if (labels !== undefined) this.#addLabel(column, labels, start + row, value);
    }
  }

  finish(): ParquetTable {
    const attributes = [...this.#labels.keys()].filter(name => !this.#others.has(name));
    if (attributes.length === 0) {
      throw dataError(
        `${this.#file}: no column holds labels. Expected 0 and 1, -1 and 1, true and false, or yes and no; received ${this.#othersInWords()}.`,
        'Use a repository that has the attributes, such as flwrlabs/celeba.',
      );
    }
    const labels = new Uint8Array(this.#count * attributes.length);
    attributes.forEach((name, column) => {
      const values = this.#labels.get(name) as Uint8Array;
      const missing = values.indexOf(NO_LABEL);
      if (missing !== -1) throw new Error(`row ${missing + 1} has no value for ${name}`);
      values.forEach((value, row) => (labels[row * attributes.length + column] = value));
    });
    const names = this.#names.map(name => name.replace(/^.*[\\/]/, ''));
    return {
      attributes,
      count: this.#count,
      labels,
      names: this.#path === undefined || names.includes('') ? undefined : names,
      identities: this.#identity === undefined ? undefined : this.#identities,
    };
  }

  #othersInWords(): string {
    return [...this.#others]
      .slice(0, 3)
      .map(([name, value]) => `${JSON.stringify(String(value).slice(0, 20))} in ${name}`)
      .join(', ');
  }

  #addLabel(column: string, labels: Uint8Array, row: number, value: unknown): void {
    if (value === null || value === undefined || this.#others.has(column)) return;
    const label = labelOf(value instanceof Uint8Array ? textOf(value) : value);
    if (label !== undefined) labels[row] = label;
    else this.#others.set(column, value instanceof Uint8Array ? textOf(value) : value);
  }
}

/** A text that is kept as one, or as its bytes. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? decoder.decode(value.subarray(0, 1000)) : undefined;
}
