/**
 * A decoding process: reads images, decodes and scales them, and writes them into the rows of an
 * open cache file. It holds nothing that would be lost with it, so it may be killed at any moment.
 */
import {loadBinding} from '../../tensorflow/native/find-package.js';
import {answerRequests} from '../../util/worker.js';
import {writeRows, type RowGeometry} from '../cache/image-rows.js';
import type {Size} from '../image/area-filter.js';
import {ImageReader} from '../images/image-reader.js';
import {BadImage, type ImageLocation} from '../images/location.js';
import {ImageDecoder} from './image-decoder.js';

/** `decode` is answered when all images are in their rows, unreadable ones too. */
export type DecodeRequest =
  | {
      readonly type: 'open';
      readonly size: Size;
      readonly geometry: RowGeometry;
      /** The folder of a tfjs-node; sharp decodes everything where there is none. */
      readonly nativePackage: string | undefined;
    }
  | {readonly type: 'decode'; readonly items: readonly DecodeItem[]};

/** One image to decode, and the row of the cache file where it goes; those of a request follow each other. */
export type DecodeItem = {readonly row: number; readonly location: ImageLocation};

/** The open cache file, the first of the files that the process is given. */
const CACHE_DESCRIPTOR = 4;

type Opened = {readonly geometry: RowGeometry; readonly decoder: ImageDecoder};

const reader = new ImageReader();
let opened: Opened | undefined;

answerRequests<DecodeRequest, undefined>(async request => {
  if (request.type === 'decode') {
    if (opened === undefined) throw new Error('decode came before open');
    return decode(request.items, opened);
  }
  const {nativePackage, size, geometry} = request;
  const native = nativePackage === undefined ? undefined : loadBinding(nativePackage);
  const decoder = new ImageDecoder(native, size);
  decoder.prove();
  opened = {geometry, decoder};
  return undefined;
});

async function decode(
  items: readonly DecodeItem[],
  {geometry, decoder}: Opened,
): Promise<undefined> {
  const images: (Buffer | BadImage)[] = [];
  for (const {location} of items) images.push(await readImageFile(location));
  const decoded = await decoder.decode(
    images.filter((image): image is Buffer => image instanceof Buffer),
  );
  let next = 0;
  const results = images.map(image => {
    const result = image instanceof BadImage ? image : decoded[next++];
    if (result === undefined) throw new Error('an image without a result');
    return result;
  });
  writeRows(CACHE_DESCRIPTOR, geometry, items[0]?.row ?? 0, results);
}

/** Failures of reading that stay until someone does something about the file. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'the file is missing',
  EACCES: 'the file may not be read (EACCES)',
  EPERM: 'the file may not be read (EPERM)',
  EISDIR: 'it is a folder',
  ENOTDIR: 'the file is missing',
  ELOOP: 'too many levels of symbolic links',
  ESPIPE: 'it is not a file',
  EAGAIN: 'it is not a file',
  ENXIO: 'it is not a file',
};

async function readImageFile(location: ImageLocation): Promise<Buffer | BadImage> {
  try {
    return await reader.read(location);
  } catch (error) {
    if (error instanceof BadImage) return error;
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    if (reason === undefined) throw error;
    return new BadImage(reason, {cause: error});
  }
}
