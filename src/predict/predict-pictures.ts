import {readFileSync} from 'node:fs';
import type {PictureDecoder} from '../data/decode/picture-decoder.js';
import type {DecodedImage} from '../data/image/decode.js';
import {hasOtherProportions, type Size} from '../data/image/fit.js';
import {BadImage} from '../data/pictures/bad-image.js';
import {fsPath} from '../util/raw-names.js';
import {messageOf} from '../util/user-error.js';
import type {LoadedModels} from './load-predictors.js';
import type {PictureItem, PictureResult} from './messages.js';

/** Decodes pictures and asks every model, as one batch. A result for each, in their order. */
export async function predictPictures(
  items: readonly PictureItem[],
  {predictors, size}: LoadedModels,
  decoder: PictureDecoder,
  stdin: AsyncIterable<Uint8Array>,
): Promise<PictureResult[]> {
  const read = await Promise.all(items.map(item => readPicture(item, stdin)));
  const whole = read.filter((bytes): bytes is Buffer => bytes instanceof Buffer);
  const decoded = await decoder.decode(whole);
  let next = 0;
  const pictures = read.map(bytes => (bytes instanceof BadImage ? bytes : decoded[next++]));
  const good = pictures.filter(
    (picture): picture is DecodedImage => picture !== undefined && !(picture instanceof BadImage),
  );
  const probabilities = ask(
    predictors,
    good.map(({pixels}) => pixels),
    size,
  );
  let row = 0;
  return pictures.map(picture =>
    picture === undefined || picture instanceof BadImage
      ? {error: picture?.message ?? 'it has no pixels'}
      : {
          probabilities: probabilities[row++] as number[],
          isOdd: hasOtherProportions(picture.original, size),
        },
  );
}

/** For each picture, the probabilities of all models' heads. */
function ask(
  predictors: LoadedModels['predictors'],
  pictures: readonly Uint8Array[],
  [height, width]: Size,
): number[][] {
  if (pictures.length === 0) return [];
  const imageBytes = height * width * 3;
  const pixels = new Uint8Array(pictures.length * imageBytes);
  pictures.forEach((picture, index) => pixels.set(picture, index * imageBytes));
  const answers = predictors.map(predictor => ({
    width: predictor.heads.length,
    values: predictor.predict(pixels, pictures.length),
  }));
  return pictures.map((_, row) =>
    answers.flatMap(answer => [
      ...answer.values.subarray(row * answer.width, (row + 1) * answer.width),
    ]),
  );
}

/** What goes wrong with reading a file that a person has named. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'the file may not be read (EACCES)',
  EPERM: 'the file may not be read (EPERM)',
  EISDIR: 'it is a folder',
};

async function readPicture(
  item: PictureItem,
  stdin: AsyncIterable<Uint8Array>,
): Promise<Buffer | BadImage> {
  try {
    // At once: a small file is read sooner than its promises are kept.
    if (item.kind === 'file') return readFileSync(fsPath(item.file));
    const pieces: Uint8Array[] = [];
    for await (const piece of stdin) pieces.push(piece);
    const bytes = Buffer.concat(pieces);
    return bytes.length === 0 ? new BadImage('standard input is empty') : bytes;
  } catch (error) {
    const reason = REASONS[(error as NodeJS.ErrnoException).code ?? ''] ?? messageOf(error);
    return new BadImage(reason, {cause: error});
  }
}
