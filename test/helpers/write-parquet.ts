import {
  parquetWriteBuffer,
  schemaFromColumnData,
  type ColumnSource,
  type SchemaElement,
} from 'hyparquet-writer';
import type {LabelledImage} from './write-tfrecord.js';

type ParquetOptions = {
  readonly rowGroupSize?: number;
  readonly pageSize?: number;
  readonly identities?: readonly number[];
  /** How labels are kept. */
  readonly labels?: 'BOOLEAN' | 'INT32' | 'DOUBLE' | 'FLOAT' | 'STRING';
  /** How a label of 1 and one of 0 are written; by default as their kind is usually. */
  readonly values?: readonly [one: string | number | boolean, zero: string | number | boolean];
  /** Further columns. */
  readonly more?: readonly ColumnSource[];
  readonly codec?: 'SNAPPY' | 'UNCOMPRESSED';
};

/** As Hugging Face keeps images: a structure of bytes and path, and a column for each attribute. */
export function parquetOf(
  rows: readonly LabelledImage[],
  {
    rowGroupSize = 1000,
    pageSize,
    identities,
    labels = 'BOOLEAN',
    codec = 'SNAPPY',
    values,
    more = [],
  }: ParquetOptions = {},
): Buffer {
  const names = Object.keys(rows[0]?.labels ?? {});
  const [yes, no] = values ?? (labels === 'BOOLEAN' ? [true, false] : [1, -1]);
  const flat: ColumnSource[] = [
    ...(identities === undefined
      ? []
      : [{name: 'celeb_id', data: identities.map(BigInt), type: 'INT64' as const}]),
    ...names.map(name => ({
      name,
      data: rows.map(row => (row.labels[name] === 1 ? yes : no)),
      type: labels,
    })),
    ...more,
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
