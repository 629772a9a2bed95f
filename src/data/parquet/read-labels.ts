import {parquetRead, type AsyncBuffer, type FileMetaData, type RowGroup} from 'hyparquet';
import {labelOf, MAX_LABELS} from '../layouts/label-rows.js';
import type {ShardTable} from '../layouts/shards.js';
import {dataError} from '../layouts/text-file.js';
import {compressors} from './compressors.js';
import {imageColumns, parquetError, type ImageColumns} from './open-parquet.js';
import {columnChunk, metadataOf, pagesOf, valueOf} from './pages.js';
import {sum} from '../../util/sum.js';

const NO_LABEL = 2;
/** A column of a million labels that do not compress is shorter. */
const MAX_COLUMN_BYTES = 200_000_000;
const decoder = new TextDecoder();

/**
 * Reads names and labels, row group by row group; no images.
 *
 * @throws UserError where the file is damaged, or an image has no label.
 */
export async function readLabels(
  buffer: AsyncBuffer,
  metadata: FileMetaData,
  file: string,
): Promise<ShardTable> {
  const columns = imageColumns(metadata, file);
  const {row_groups: groups} = metadata;
  const count = sum(groups.map(group => Number(group.num_rows)));
  try {
    if (count * columns.labels.length > MAX_LABELS) {
      throw new Error(`it claims ${count} rows of ${columns.labels.length} columns`);
    }
    const table = new LabelColumns(columns, count, file);
    let start = 0;
    for (const group of groups) {
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
  {path, labels, identity}: ImageColumns,
  table: LabelColumns,
  start: number,
): Promise<void> {
  const columns = [
    ...labels.filter(name => !table.isOther(name)).map(name => [name]),
    ...(path === undefined ? [] : [path]),
    ...(identity === undefined ? [] : [[identity]]),
  ];
  await parquetRead({
    file: withPagesChecked(file, group, columns),
    metadata: metadataOf(metadata, group, columns),
    columns: [...new Set(columns.map(([name]) => name as string))],
    utf8: false,
    compressors,
    onPage: ({pathInSchema, columnData, rowStart}) =>
      table.add(pathInSchema.join('.'), start + rowStart, columnData),
  });
}

/**
 * Wraps a file: pages of the columns are checked before hyparquet gets them. It may read columns
 * together.
 */
function withPagesChecked(
  file: AsyncBuffer,
  group: RowGroup,
  columns: readonly (readonly string[])[],
): AsyncBuffer {
  const chunks = columns.map(column => columnChunk(group, column));
  return {
    byteLength: file.byteLength,
    slice: async (start, end = file.byteLength) => {
      if (end - start > MAX_COLUMN_BYTES) throw new Error(`a column claims ${end - start} bytes`);
      const bytes = await file.slice(start, end);
      const read = (at: number, length: number): Uint8Array =>
        new Uint8Array(bytes, at - start, Math.min(length, end - at));
      const inside = chunks.filter(chunk => chunk.start >= start && chunk.end <= end);
      if (inside.length === 0) throw new Error('a column is read in parts');
      for (const chunk of inside) {
        for (const page of pagesOf(read, chunk, Number(group.num_rows))) void page;
      }
      return bytes;
    },
  };
}

class LabelColumns {
  readonly #count: number;
  readonly #file: string;
  readonly #labels: ReadonlyMap<string, Uint8Array>;
  /** The first value that is not a label, by column. */
  readonly #others = new Map<string, unknown>();
  readonly #names: string[] = [];
  readonly #path: string | undefined;
  readonly #identity: string | undefined;
  readonly #identities: Int32Array;

  constructor({labels, path, identity}: ImageColumns, count: number, file: string) {
    this.#count = count;
    this.#file = file;
    this.#labels = new Map(labels.map(name => [name, new Uint8Array(count).fill(NO_LABEL)]));
    this.#path = path?.join('.');
    this.#identity = identity;
    this.#identities = new Int32Array(identity === undefined ? 0 : count);
  }

  /** Whether a column holds something other than labels. */
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

  finish(): ShardTable {
    const attributes = [...this.#labels.keys()].filter(name => !this.#others.has(name));
    if (attributes.length === 0) {
      const received = [...this.#others]
        .slice(0, 3)
        .map(([name, value]) => `${JSON.stringify(String(value).slice(0, 20))} in ${name}`);
      throw dataError(
        `${this.#file}: no column holds labels. Expected 0 and 1, -1 and 1, true and false, or yes and no; received ${received.join(', ')}.`,
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

  #addLabel(column: string, labels: Uint8Array, row: number, value: unknown): void {
    if (value === null || value === undefined || this.#others.has(column)) return;
    const text = value instanceof Uint8Array ? textOf(value) : value;
    const label = labelOf(text);
    if (label !== undefined) labels[row] = label;
    else this.#others.set(column, text);
  }
}

/** A text that is stored as one, or as its bytes. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Uint8Array ? decoder.decode(value.subarray(0, 1000)) : undefined;
}
