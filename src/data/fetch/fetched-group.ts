import {mkdir, readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {parquetRead, type FileMetaData} from 'hyparquet';
import * as z from 'zod';
import {writeAtomic} from '../../util/write-atomic.js';
import {numberedName, type Part} from '../layouts/shards.js';
import {dataError} from '../layouts/text-file.js';
import {compressors} from '../parquet/compressors.js';
import {imageColumns, parquetError} from '../parquet/open-parquet.js';
import {metadataOf, valueOf} from '../parquet/pages.js';
import {readLabels} from '../parquet/read-labels.js';
import type {RemoteFile} from './remote-file.js';

/** The images of a row group that are on the disk. */
const Group = z.object({
  part: z.enum(['train', 'validation', 'test']),
  attributes: z.array(z.string()),
  /** File names of the images. */
  names: z.array(z.string()),
  /** Labels of each image, as a text of '0' and '1'. */
  labels: z.array(z.string()),
  identities: z.array(z.number()).optional(),
});
export type FetchedGroup = z.infer<typeof Group>;

export const IMAGES = 'img_align_celeba';
const CONCURRENCY = 32;

/** undefined where the row group was not fetched yet. */
export async function readGroupFile(file: string): Promise<FetchedGroup | undefined> {
  try {
    return Group.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

type GroupPlace = {
  /** Address of the file, for messages. */
  readonly url: string;
  readonly part: Part;
  /** Index of the row group in its file. */
  readonly group: number;
  /** How many rows are wanted, from the first. */
  readonly rows: number;
  /** How many images of this part came before it. */
  readonly before: number;
  /** The folder that is being filled. */
  readonly folder: string;
  /** The file that is written when the group is complete. */
  readonly file: string;
};

/** Fetches the images of one row group into the folder. @throws UserError with exit code 3. */
export async function fetchGroup(
  remote: RemoteFile,
  metadata: FileMetaData,
  place: GroupPlace,
): Promise<FetchedGroup> {
  const {url, part, rows, folder, file} = place;
  const group = metadata.row_groups[place.group];
  if (group === undefined) throw new Error('There is no such row group.');
  const only: FileMetaData = {...metadata, row_groups: [group], num_rows: group.num_rows};
  const table = await readLabels(remote, only, url);
  const names = Array.from({length: rows}, (_, row) =>
    safeName(table.names?.[row], part, place.before + row),
  );
  const images = await readImageFiles(remote, only, url, rows);
  for (const [row, bytes] of images.entries()) assertImage(bytes, url, place.before + row);
  await mkdir(path.join(folder, IMAGES), {recursive: true});
  for (let start = 0; start < rows; start += CONCURRENCY) {
    const batch = images.slice(start, start + CONCURRENCY);
    await Promise.all(
      batch.map((bytes, index) =>
        writeFile(path.join(folder, IMAGES, names[start + index] as string), bytes),
      ),
    );
  }
  const width = table.attributes.length;
  const fetched: FetchedGroup = {
    part,
    attributes: [...table.attributes],
    names,
    labels: names.map((_, row) => table.labels.subarray(row * width, (row + 1) * width).join('')),
    ...(table.identities !== undefined && {identities: [...table.identities.subarray(0, rows)]}),
  };
  await writeAtomic(file, JSON.stringify(fetched));
  return fetched;
}

/** A row without an image becomes an empty file, which is reported by name when it is read. */
async function readImageFiles(
  remote: RemoteFile,
  metadata: FileMetaData,
  url: string,
  rows: number,
): Promise<Uint8Array[]> {
  const {bytes} = imageColumns(metadata, url);
  const [group] = metadata.row_groups;
  const images: Uint8Array[] = Array.from({length: rows}, () => new Uint8Array());
  try {
    await parquetRead({
      file: remote,
      metadata: metadataOf(metadata, group!, [bytes]),
      columns: [bytes[0] as string],
      rowEnd: rows,
      useOffsetIndex: true,
      utf8: false,
      compressors,
      onPage: ({columnData, rowStart}) => {
        for (let row = 0; row < columnData.length && rowStart + row < rows; row++) {
          const value = valueOf(columnData[row]);
          if (value instanceof Uint8Array) images[rowStart + row] = value;
        }
      },
    });
  } catch (error) {
    throw parquetError(url, error);
  }
  return images;
}

const BEGINNINGS = [
  {at: 0, bytes: [0xff, 0xd8, 0xff]},
  {at: 0, bytes: [0x89, 0x50, 0x4e, 0x47]},
  {at: 8, bytes: [0x57, 0x45, 0x42, 0x50]},
];
const SHOWN = 16;

/**
 * @throws UserError unless the bytes are a JPEG, PNG or WebP. An empty one is reported when it is
 *   read.
 */
function assertImage(bytes: Uint8Array, url: string, row: number): void {
  const isImage = BEGINNINGS.some(beginning =>
    beginning.bytes.every((byte, index) => bytes[beginning.at + index] === byte),
  );
  if (isImage || bytes.length === 0) return;
  const start = JSON.stringify(Buffer.from(bytes.subarray(0, SHOWN)).toString('latin1'));
  throw dataError(
    `${url}: row ${row + 1} is not an image. Expected JPEG, PNG or WebP; received bytes that begin with ${start}.`,
    'Name another repository with --repository, such as flwrlabs/celeba.',
  );
}

/** The name that the data gives the image, if it is a plain one; never a path. */
function safeName(name: string | undefined, part: Part, index: number): string {
  if (name !== undefined && /^[\w-][\w.-]{0,100}\.(jpe?g|png|webp)$/i.test(name)) return name;
  return numberedName(part, index);
}
