import {readFileSync} from 'node:fs';
import type {ImageDecoder} from '../../data/decode/image-decoder.js';
import type {DecodedImage} from '../../data/image/sharp-images.js';
import {hasOtherProportions, type Size} from '../../data/image/area-filter.js';
import {BadImage} from '../../data/images/location.js';
import {fsPath} from '../../util/raw-names.js';
import {messageOf} from '../../util/user-error.js';
import type {LoadedModels} from './load-predictors.js';
import type {ImageItem, ImageResult} from './messages.js';
import type {PredictedHeads} from './predictor.js';

/** Decodes images and asks every model, as one batch. A result for each, in their order. */
export async function predictImages(
  items: readonly ImageItem[],
  {predictors, size}: LoadedModels,
  decoder: ImageDecoder,
  stdin: AsyncIterable<Uint8Array>,
): Promise<ImageResult[]> {
  const read = await Promise.all(items.map(item => readImageFile(item, stdin)));
  const whole = read.filter((bytes): bytes is Buffer => bytes instanceof Buffer);
  const decoded = await decoder.decode(whole);
  let next = 0;
  const images = read.map(bytes => (bytes instanceof BadImage ? bytes : decoded[next++]));
  const good = images.filter(
    (image): image is DecodedImage => image !== undefined && !(image instanceof BadImage),
  );
  const answers = ask(
    predictors,
    good.map(({pixels}) => pixels),
    size,
  );
  let row = 0;
  return images.map(image =>
    image === undefined || image instanceof BadImage
      ? {error: image?.message ?? 'it has no pixels'}
      : {
          ...answers[row++]!,
          isOdd: hasOtherProportions(image.original, size),
        },
  );
}

/** For each image, what all models' heads say. */
function ask(
  predictors: LoadedModels['predictors'],
  images: readonly Uint8Array[],
  [height, width]: Size,
): {probabilities: number[]; classes: number[]}[] {
  if (images.length === 0) return [];
  const imageBytes = height * width * 3;
  const pixels = new Uint8Array(images.length * imageBytes);
  images.forEach((image, index) => pixels.set(image, index * imageBytes));
  const answers = predictors.map(predictor => ({
    width: predictor.heads.length,
    values: predictor.predict(pixels, images.length),
  }));
  const ofRow = (key: keyof PredictedHeads, row: number): number[] =>
    answers.flatMap(({width: heads, values}) => [
      ...values[key].subarray(row * heads, (row + 1) * heads),
    ]);
  return images.map((_, row) => ({
    probabilities: ofRow('probabilities', row),
    classes: ofRow('classes', row),
  }));
}

/** What goes wrong with reading a file that a person has named. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EACCES: 'the file may not be read (EACCES)',
  EPERM: 'the file may not be read (EPERM)',
  EISDIR: 'it is a folder',
};

async function readImageFile(
  item: ImageItem,
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
