import {
  parquetWriteBuffer,
  schemaFromColumnData,
  type ColumnSource,
  type SchemaElement,
} from 'hyparquet-writer';
import type {LabelledPicture} from './write-tfrecord.js';

export type ParquetOptions = {
  readonly rowGroupSize?: number;
  readonly pageSize?: number;
  readonly identities?: readonly number[];
  /** How labels are kept. */
  readonly labels?: 'BOOLEAN' | 'INT32';
  readonly codec?: 'SNAPPY' | 'UNCOMPRESSED';
};

/** As Hugging Face keeps pictures: a structure of bytes and path, and a column for each attribute. */
export function parquetOf(
  rows: readonly LabelledPicture[],
  {
    rowGroupSize = 1000,
    pageSize,
    identities,
    labels = 'BOOLEAN',
    codec = 'SNAPPY',
  }: ParquetOptions = {},
): Buffer {
  const names = Object.keys(rows[0]?.labels ?? {});
  const value = (one: number | undefined): boolean | number =>
    labels === 'BOOLEAN' ? one === 1 : one === 1 ? 1 : -1;
  const flat: ColumnSource[] = [
    ...(identities === undefined
      ? []
      : [{name: 'celeb_id', data: identities.map(BigInt), type: 'INT64' as const}]),
    ...names.map(name => ({
      name,
      data: rows.map(row => value(row.labels[name])),
      type: labels,
    })),
  ];
  const [root, ...rest] = schemaFromColumnData({columnData: flat});
  const schema: SchemaElement[] = [
    {...root!, num_children: flat.length + 1},
    {name: 'image', repetition_type: 'OPTIONAL', num_children: 2},
    {name: 'bytes', type: 'BYTE_ARRAY', repetition_type: 'OPTIONAL'},
    {name: 'path', type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL'},
    ...rest,
  ];
  const image: ColumnSource = {
    name: 'image',
    data: rows.map(({name, bytes}) => ({
      bytes: bytes.length > 0 ? bytes : null,
      path: name || null,
    })),
  };
  const strip = ({type: _, ...column}: ColumnSource): ColumnSource => column;
  return Buffer.from(
    parquetWriteBuffer({
      columnData: [image, ...flat.map(strip)],
      schema,
      rowGroupSize,
      codec,
      ...(pageSize !== undefined && {pageSize}),
    }),
  );
}
