import {parquetRead, type AsyncBuffer, type FileMetaData, type RowGroup} from 'hyparquet';
import type {ShardTable} from '../layouts/shards.js';
import {compressors} from './compressors.js';
import {parquetError, pictureColumns, type PictureColumns} from './open-parquet.js';

/** What a parquet file says of its pictures. */
export type ParquetTable = ShardTable & {
  /** Who is in the picture; undefined where it is not said. */
  readonly identities: Int32Array | undefined;
};

const IDENTITY = 'celeb_id';
const NO_LABEL = 2;

/**
 * Reads names and labels, row group by row group; no pictures.
 *
 * @param groups How many row groups, from the first on.
 * @throws UserError where the file is damaged, or a picture has no label.
 */
export async function readLabels(
  buffer: AsyncBuffer,
  metadata: FileMetaData,
  file: string,
  groups = metadata.row_groups.length,
): Promise<ParquetTable> {
  const columns = pictureColumns(metadata, file);
  const wanted = metadata.row_groups.slice(0, groups);
  const rows = wanted.map(group => Number(group.num_rows));
  const count = rows.reduce((sum, value) => sum + value, 0);
  const table = new LabelColumns(columns, count);
  let start = 0;
  try {
    for (const [index, group] of wanted.entries()) {
      await readGroup(buffer, metadata, group, columns, table, start);
      start += rows[index] as number;
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
  {path, labels}: PictureColumns,
  table: LabelColumns,
  start: number,
): Promise<void> {
  const wanted = new Set([...labels, ...(path === undefined ? [] : [path.join('.')])]);
  const columns = group.columns.filter(({meta_data: meta}) =>
    wanted.has(meta?.path_in_schema.join('.') ?? ''),
  );
  await parquetRead({
    file,
    metadata: {...metadata, num_rows: group.num_rows, row_groups: [{...group, columns}]},
    columns: [...new Set([...labels, ...(path === undefined ? [] : [path[0] as string])])],
    compressors,
    onPage: ({pathInSchema, columnData, rowStart}) =>
      table.add(pathInSchema.join('.'), start + rowStart, columnData),
  });
}

/** Values as they come, column by column. */
class LabelColumns {
  readonly #count: number;
  readonly #values: ReadonlyMap<string, Uint8Array>;
  /** Values of each column so far. */
  readonly #filled = new Map<string, number>();
  /** Whole numbers that are no labels. */
  readonly #others = new Set<string>();
  readonly #names: string[] = [];
  readonly #path: string | undefined;
  readonly #identities: Int32Array;

  constructor({labels, path}: PictureColumns, count: number) {
    this.#count = count;
    this.#values = new Map(labels.map(name => [name, new Uint8Array(count).fill(NO_LABEL)]));
    this.#path = path?.join('.');
    this.#identities = new Int32Array(labels.includes(IDENTITY) ? count : 0);
  }

  add(column: string, start: number, values: ArrayLike<unknown>): void {
    this.#filled.set(column, (this.#filled.get(column) ?? 0) + values.length);
    if (start + values.length > this.#count) throw new Error(`${column} has too many values`);
    const labels = this.#values.get(column);
    for (let row = 0; row < values.length; row++) {
      const value = valueOf(values[row]);
      if (column === this.#path) this.#names[start + row] = typeof value === 'string' ? value : '';
      else if (column === IDENTITY) this.#identities[start + row] = Number(value);
      else if (labels !== undefined) this.#addLabel(column, labels, start + row, value);
    }
  }

  finish(): ParquetTable {
    const attributes = [...this.#values.keys()].filter(
      name => name !== IDENTITY && !this.#others.has(name),
    );
    for (const column of [
      ...this.#values.keys(),
      ...(this.#path === undefined ? [] : [this.#path]),
    ]) {
      if (this.#filled.get(column) !== this.#count) {
        throw new Error(
          `${column} has ${this.#filled.get(column) ?? 0} values for ${this.#count} rows`,
        );
      }
    }
    const labels = new Uint8Array(this.#count * attributes.length);
    attributes.forEach((name, column) => {
      const values = this.#values.get(name) as Uint8Array;
      const missing = values.indexOf(NO_LABEL);
      if (missing !== -1) throw new Error(`row ${missing + 1} has no value for ${name}`);
      values.forEach((value, row) => (labels[row * attributes.length + column] = value));
    });
    if (attributes.length === 0) throw new Error('no column holds labels');
    const names = this.#names.map(name => name.replace(/^.*[\\/]/, ''));
    return {
      attributes,
      count: this.#count,
      labels,
      names: this.#path === undefined || names.includes('') ? undefined : names,
      identities: this.#identities.length > 0 ? this.#identities : undefined,
    };
  }

  #addLabel(column: string, labels: Uint8Array, row: number, value: unknown): void {
    if (value === null || value === undefined) return;
    const number = Number(value);
    if (number === 1) labels[row] = 1;
    else if (number === 0 || number === -1) labels[row] = 0;
    else this.#others.add(column);
  }
}

/** hyparquet gives the parts of a structure in lists of one. */
export function valueOf(value: unknown): unknown {
  let inner = value;
  while (Array.isArray(inner)) inner = inner[0] as unknown;
  return inner;
}
