/**
 * A decoding process: reads images, decodes and scales them, and writes them into the rows of an
 * open cache file. It holds nothing that would be lost with it, so it may be killed at any moment.
 */
import {loadBinding} from '../../tensorflow/native/find-package.js';
import {answerRequests} from '../../util/worker.js';
import {writeRows, type FilledRow, type RowGeometry} from '../cache/image-rows.js';
import {ImageReader} from '../images/image-reader.js';
import {BadImage, type ImageLocation} from '../images/location.js';
import {CACHE_DESCRIPTOR, type DecodeItem, type DecodeRequest} from './messages.js';
import {ImageDecoder} from './image-decoder.js';

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
  const readable = images.filter((image): image is Buffer => image instanceof Buffer);
  const decoded = await decoder.decode(readable);
  let next = 0;
  const filled = items.map(({row}, index): FilledRow => {
    const image = images[index] as Buffer | BadImage;
    const result = image instanceof BadImage ? image : decoded[next++];
    if (result === undefined) throw new Error('an image without a result');
    return {row, result};
  });
  writeRows(CACHE_DESCRIPTOR, geometry, filled);
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
