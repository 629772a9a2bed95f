import {readFile, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {parquetRead, type FileMetaData, type RowGroup} from 'hyparquet';
import * as z from 'zod';
import {mapLimited} from '../../util/map-limited.js';
import {writeAtomic} from '../../util/write-atomic.js';
import type {Part} from '../../experiment/parts.js';
import {numberedName} from '../layouts/shards.js';
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
  names: z.array(z.string()),
  /** Labels of each image, as a text of '0' and '1'. */
  labels: z.array(z.string()),
  identities: z.array(z.number()).optional(),
});
export type FetchedGroup = z.infer<typeof Group>;

export const IMAGES = 'img_align_celeba';

/** undefined where the row group was not fetched yet. */
export async function readGroupFile(file: string): Promise<FetchedGroup | undefined> {
  try {
    return Group.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    return undefined;
  }
}

type GroupPlace = {
  readonly url: string;
  readonly part: Part;
  readonly group: RowGroup;
  /** How many rows are wanted, from the first. */
  readonly rows: number;
  /** How many images of this part came before it. */
  readonly before: number;
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
  const {url, part, group, rows, folder, file} = place;
  const only: FileMetaData = {...metadata, row_groups: [group], num_rows: group.num_rows};
  const table = await readLabels(remote, only, url);
  const names = Array.from({length: rows}, (_, row) =>
    safeName(table.names?.[row], part, place.before + row),
  );
  const images = await readImageFiles(remote, only, place);
  for (const [row, bytes] of images.entries()) assertImage(bytes, url, place.before + row);
  await mapLimited(images, (bytes, row) =>
    writeFile(path.join(folder, IMAGES, names[row] as string), bytes),
  );
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
  {url, group, rows}: GroupPlace,
): Promise<Uint8Array[]> {
  const {bytes} = imageColumns(metadata, url);
  const images: Uint8Array[] = Array.from({length: rows}, () => new Uint8Array());
  try {
    await parquetRead({
      file: remote,
      metadata: metadataOf(metadata, group, [bytes]),
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

/** @throws UserError for bytes that are none. Empty ones are reported when they are read. */
function assertImage(bytes: Uint8Array, url: string, row: number): void {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  if (bytes.length === 0 || /^(\xff\xd8\xff|\x89PNG|.{8}WEBP)/s.test(start)) return;
  throw dataError(
    `${url}: row ${row + 1} is not an image. Expected JPEG, PNG or WebP; received bytes that begin with ${JSON.stringify(start)}.`,
    'Name another repository with --repository, such as flwrlabs/celeba.',
  );
}

/** The name that the data gives the image, if it is a plain one; never a path. */
function safeName(name: string | undefined, part: Part, index: number): string {
  if (name !== undefined && /^[\w-][\w.-]{0,100}\.(jpe?g|png|webp)$/i.test(name)) return name;
  return numberedName(part, index);
}
