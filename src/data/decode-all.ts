import type {Catalogue} from './catalogue.js';
import {BadImage, decodeImage} from './image/decode.js';
import {inParallel} from './in-parallel.js';

/** Pictures under way at once: enough to keep every core busy while files are read. */
const CONCURRENCY = 8;

export type DecodeOptions = {
  readonly size: readonly [height: number, width: number];
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
};

/** `row` counts within the positions that were asked for. */
export type BrokenImage = {readonly row: number; readonly reason: string};

export type DecodedImages = {
  /** RGB, one picture after another in the order asked for; zeros where one is broken. */
  readonly pixels: Uint8Array;
  readonly broken: readonly BrokenImage[];
  /** How many were not of the most common size. */
  readonly otherSize: number;
};

/** Decodes the pictures at these positions into one block. Rejects when the signal aborts. */
export async function decodeAll(
  catalogue: Catalogue,
  positions: readonly number[],
  {size: [height, width], onProgress, signal}: DecodeOptions,
): Promise<DecodedImages> {
  const imageBytes = height * width * 3;
  const pixels = new Uint8Array(positions.length * imageBytes);
  const broken: BrokenImage[] = [];
  const sizes = new Map<string, number>();
  let done = 0;

  await inParallel(positions.length, CONCURRENCY, async row => {
    signal.throwIfAborted();
    try {
      const bytes = await readPicture(catalogue, positions[row] as number);
      const image = await decodeImage(bytes, height, width);
      pixels.set(image.pixels, row * imageBytes);
      const key = image.original.join('x');
      sizes.set(key, (sizes.get(key) ?? 0) + 1);
    } catch (error) {
      if (!(error instanceof BadImage)) throw error;
      broken.push({row, reason: error.message});
    }
    onProgress(++done, positions.length);
  });
  broken.sort((a, b) => a.row - b.row);
  const most = Math.max(0, ...sizes.values());
  return {pixels, broken, otherSize: positions.length - broken.length - most};
}

async function readPicture(catalogue: Catalogue, position: number): Promise<Buffer> {
  try {
    return await catalogue.readImage(position);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    throw new BadImage(
      code === 'ENOENT' ? 'the file is missing' : `the file cannot be read (${code})`,
      {cause: error},
    );
  }
}
