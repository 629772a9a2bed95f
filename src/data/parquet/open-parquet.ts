import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {parquetMetadataAsync, parquetSchema, type AsyncBuffer, type FileMetaData} from 'hyparquet';
import {messageOf} from '../../util/user-error.js';
import {dataError} from '../layouts/text-file.js';

const MAX_ROWS = 100_000_000;

/** A file on the disk as hyparquet reads it; nothing is read beyond its end. */
export function fileBuffer(file: string): AsyncBuffer & {readonly close: () => void} {
  const descriptor = openSync(file, 'r');
  const byteLength = fstatSync(descriptor).size;
  return {
    byteLength,
    slice: (start, end = byteLength) => {
      if (!(start >= 0 && end >= start && end <= byteLength)) {
        throw new RangeError(`the bytes ${start} to ${end} are not in the file`);
      }
      const bytes = new Uint8Array(end - start);
      let found = 0;
      while (found < bytes.length) {
        const more = readSync(descriptor, bytes, found, bytes.length - found, start + found);
        if (more === 0) throw new RangeError('the file ends too early');
        found += more;
      }
      return bytes.buffer;
    },
    close: () => closeSync(descriptor),
  };
}

/** Where the columns of a data set of pictures are. */
export type PictureColumns = {
  /** Names of the structure and, within it, of the bytes. */
  readonly bytes: readonly string[];
  /** Of the picture's file name; undefined where it brings none. */
  readonly path: readonly string[] | undefined;
  /** Columns that may be attributes: true and false, or whole numbers. */
  readonly labels: readonly string[];
};

/** The footer of a parquet file, checked. @throws UserError where it is none, or damaged. */
export async function readFooter(buffer: AsyncBuffer, file: string): Promise<FileMetaData> {
  try {
    if (buffer.byteLength === 0) throw new Error('it is empty');
    const metadata = await parquetMetadataAsync(buffer);
    const rows = metadata.row_groups.map(({num_rows: count}) => Number(count));
    const total = rows.reduce((sum, count) => sum + count, 0);
    const isRight = rows.every(count => Number.isSafeInteger(count) && count >= 0);
    if (!isRight || total > MAX_ROWS || total !== Number(metadata.num_rows)) {
      throw new Error('the counts of its rows do not fit together');
    }
    return metadata;
  } catch (error) {
    throw parquetError(file, error);
  }
}

/** @throws UserError where the file has no pictures. */
export function pictureColumns(metadata: FileMetaData, file: string): PictureColumns {
  const columns = parquetSchema(metadata).children.map(({element, children, path}) => ({
    element,
    path,
    leaves: children.map(child => child.path),
    isFlat:
      element.repetition_type !== 'REPEATED' &&
      children.every(
        leaf => leaf.children.length === 0 && leaf.element.repetition_type !== 'REPEATED',
      ),
  }));
  const isText = ({
    converted_type: converted,
    logical_type: logical,
  }: (typeof columns)[number]['element']): boolean =>
    converted === 'UTF8' || logical?.type === 'STRING';
  const nested = columns.find(
    ({leaves, isFlat}) => isFlat && leaves.some(leaf => leaf.at(-1) === 'bytes'),
  );
  const plain = columns.find(
    ({element, isFlat}) => isFlat && element.type === 'BYTE_ARRAY' && !isText(element),
  );
  const bytes = nested?.leaves.find(leaf => leaf.at(-1) === 'bytes') ?? plain?.path;
  const labels = columns.filter(
    ({element, isFlat}) => isFlat && ['BOOLEAN', 'INT32', 'INT64'].includes(element.type ?? ''),
  );
  if (bytes === undefined || labels.length === 0) {
    throw dataError(
      `${file}: ${bytes === undefined ? 'no column of pictures' : 'no column of labels'}. Expected image (bytes and path) and a column for each attribute; received ${columns
        .map(({element}) => element.name)
        .slice(0, 8)
        .join(', ')}.`,
      'Use a repository that has the attributes, such as flwrlabs/celeba.',
    );
  }
  return {
    bytes,
    path: nested?.leaves.find(leaf => leaf.at(-1) === 'path'),
    labels: labels.map(({element}) => element.name),
  };
}

/** What hyparquet says, as an error of the data. */
export function parquetError(file: string, error: unknown): Error {
  if (error instanceof Error && error.name === 'UserError') return error;
  const message = messageOf(error);
  const codec = /unsupported compression codec: (\w+)/.exec(message)?.[1];
  if (codec !== undefined) {
    return dataError(
      `${file}: it is compressed with ${codec}, which this Node cannot unpack.`,
      'Node 22.15 or newer unpacks ZSTD; write other codecs anew, for example with pandas.',
      error,
    );
  }
  return dataError(
    `${file}: the parquet file cannot be read: ${message.split('\n')[0]}.`,
    'Download it again; a pointer is fetched with git lfs pull.',
    error,
  );
}
