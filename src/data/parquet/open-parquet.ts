import {closeSync, fstatSync, openSync, readSync} from 'node:fs';
import {
  parquetMetadata,
  parquetSchema,
  type AsyncBuffer,
  type FileMetaData,
  type SchemaElement,
} from 'hyparquet';
import {fsPath} from '../../util/raw-names.js';
import {messageOf} from '../../util/user-error.js';
import {MAX_IMAGES} from '../layouts/label-rows.js';
import {dataError} from '../layouts/text-file.js';
import {checkThrift} from './thrift.js';
import {sum} from '../../util/sum.js';

type FileBuffer = {
  readonly byteLength: number;
  /** @throws RangeError beyond the end of the file. */
  readonly slice: (start: number, end?: number) => ArrayBuffer;
  readonly close: () => void;
};

export function fileBuffer(file: string): FileBuffer {
  const descriptor = openSync(fsPath(file), 'r');
  const byteLength = fstatSync(descriptor).size;
  return {
    byteLength,
    slice: (start, end = byteLength) => {
      assertInside(start, end, byteLength);
      const bytes = new Uint8Array(end - start);
      for (let filled = 0; filled < bytes.length;) {
        const rest = bytes.length - filled;
        const bytesRead = readSync(descriptor, bytes, filled, rest, start + filled);
        if (bytesRead === 0) throw new RangeError('the file ends too early');
        filled += bytesRead;
      }
      return bytes.buffer;
    },
    close: () => closeSync(descriptor),
  };
}

/** @throws RangeError for bytes that are not in a file of this length. */
export function assertInside(start: number, end: number, byteLength: number): void {
  if (start >= 0 && end >= start && end <= byteLength) return;
  throw new RangeError(`the bytes ${start} to ${end} are not in the file`);
}

export type ImageColumns = {
  /** Path of the image's bytes in the schema. */
  readonly bytes: readonly string[];
  /** Path of the image's file name in the schema; undefined where there is none. */
  readonly path: readonly string[] | undefined;
  /** Columns that may be attributes: true and false, numbers, or texts such as `yes`. */
  readonly labels: readonly string[];
  /** The column that identifies the person, where there is one. */
  readonly identity: string | undefined;
};

const LABEL_TYPES: ReadonlySet<string | undefined> = new Set([
  'BOOLEAN',
  'INT32',
  'INT64',
  'FLOAT',
  'DOUBLE',
  'BYTE_ARRAY',
  // Decimals and floats of 16 bits.
  'FIXED_LEN_BYTE_ARRAY',
]);
const IDENTITY = 'celeb_id';
/** Text columns that name an image which has no path itself. */
const NAMES = /^(image_id|file_?name|img_name|image_path|path|name)$/i;
/** Columns whose 0 and 1 are not labels. */
const NO_ATTRIBUTE = /^(identity|partition|split|fold|index|id|__index_level_\d+__)$/i;

/** The length of the footer and the mark, at the end of every file. */
const TAIL_BYTES = 8;
const MARK = 'PAR1';
/** The end of a file that is read first; most footers are in it. */
const USUAL_BYTES = 512 * 1024;
/** The footer of a file with 2,000 row groups of 45 columns has 12 MB. */
const MAX_FOOTER_BYTES = 64_000_000;
/** With 40 attributes, landmarks and boxes a data set has 60. */
const MAX_COLUMNS = 2000;

/**
 * Reads and checks the footer of a parquet file. @throws UserError where it is missing or damaged.
 */
export async function readFooter(buffer: AsyncBuffer, file: string): Promise<FileMetaData> {
  try {
    const {byteLength} = buffer;
    if (byteLength === 0) throw new Error('it is empty');
    const end = Buffer.from(await buffer.slice(Math.max(0, byteLength - USUAL_BYTES), byteLength));
    const length = footerLength(end.subarray(-TAIL_BYTES), byteLength) + TAIL_BYTES;
    const footer =
      length <= end.length
        ? end.subarray(-length)
        : Buffer.from(await buffer.slice(byteLength - length, byteLength));
    checkThrift(footer.subarray(0, -TAIL_BYTES));
    const metadata = parquetMetadata(new Uint8Array(footer), {geoparquet: false});
    if (metadata.schema.length > MAX_COLUMNS) {
      throw new Error(`it has ${metadata.schema.length} columns. Expected at most ${MAX_COLUMNS}`);
    }
    parquetSchema(metadata);
    checkCounts(metadata, byteLength);
    return metadata;
  } catch (error) {
    throw parquetError(file, error);
  }
}

/**
 * The length of the footer, in bytes, without the tail.
 *
 * @param tail Last bytes of the file.
 * @throws Error where the file is not a parquet file, or the length is impossible.
 */
function footerLength(tail: Buffer, fileBytes: number): number {
  if (tail.length < TAIL_BYTES || tail.toString('latin1', 4) !== MARK) {
    throw new Error(`it does not end with ${MARK}`);
  }
  const length = tail.readUInt32LE(0);
  if (length > fileBytes - TAIL_BYTES) throw new Error('its footer is longer than the file');
  if (length > MAX_FOOTER_BYTES) {
    throw new Error(`its footer claims ${length} bytes. Expected at most ${MAX_FOOTER_BYTES}`);
  }
  return length;
}

/** Memory for labels is allocated by these counts. */
function checkCounts(metadata: FileMetaData, fileBytes: number): void {
  const rows = metadata.row_groups.map(({num_rows: count}) => Number(count));
  const total = sum(rows);
  const isWhole = rows.every(count => Number.isSafeInteger(count) && count >= 0);
  if (!isWhole || total !== Number(metadata.num_rows)) {
    throw new Error('the counts of its rows are inconsistent');
  }
  // A row has an image, which has bytes.
  if (total > Math.min(MAX_IMAGES, fileBytes)) {
    throw new Error(`it claims ${total} rows in only ${fileBytes} bytes`);
  }
}

/** @throws UserError where the file has no images. */
export function imageColumns(metadata: FileMetaData, file: string): ImageColumns {
  const columns = parquetSchema(metadata).children;
  const single = columns.filter(({element, children}) =>
    [element, ...children.map(child => child.element)].every(
      ({repetition_type: repetition}) => repetition !== 'REPEATED',
    ),
  );
  const nested = single.filter(({children}) =>
    children.every(child => child.children.length === 0),
  );
  const image = nested.find(({children}) => children.some(child => child.element.name === 'bytes'));
  const within = (name: string): readonly string[] | undefined =>
    image?.children.find(child => child.element.name === name)?.path;
  const flat = single.filter(({element, children}) => element.type && children.length === 0);
  const binary = flat.filter(({element}) => element.type === 'BYTE_ARRAY');
  const bytes = within('bytes') ?? binary.find(({element}) => !isText(element))?.path;
  const path = within('path') ?? binary.find(({element}) => NAMES.test(element.name))?.path;
  const labels = flat
    .filter(({element: {name, type}}) => LABEL_TYPES.has(type) && !NO_ATTRIBUTE.test(name))
    .map(({element: {name}}) => name)
    .filter(name => name !== IDENTITY && name !== bytes?.[0] && name !== path?.[0]);
  if (bytes === undefined || labels.length === 0) {
    const names = columns.map(({element}) => element.name).slice(0, 8);
    throw dataError(
      `${file}: ${bytes === undefined ? 'no column of images' : 'no column of labels'}. Expected image (bytes and path) and a column for each attribute; received ${names.join(', ')}.`,
      'Use a repository that has the attributes, such as flwrlabs/celeba.',
    );
  }
  const identity = flat.find(({element}) => element.name === IDENTITY)?.element.name;
  return {bytes, path, labels, identity};
}

function isText({converted_type: converted, logical_type: logical}: SchemaElement): boolean {
  return converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING';
}

/** An error of hyparquet as one about the data. */
export function parquetError(file: string, error: unknown): Error {
  if (error instanceof Error && error.name === 'UserError') return error;
  const message = messageOf(error);
  const codec = /unsupported compression codec: (\w+)/.exec(message)?.[1];
  if (codec !== undefined) {
    return dataError(
      `${file}: it is compressed with ${codec}. Expected SNAPPY, GZIP, BROTLI, ZSTD, LZ4, LZ4_RAW or none.`,
      "Write it again with one of these, for example with pandas: to_parquet(…, compression='snappy').",
      error,
    );
  }
  return dataError(
    `${file}: the parquet file cannot be read: ${message.split('\n')[0]}.`,
    'Download it again; a pointer is fetched with git lfs pull.',
    error,
  );
}
