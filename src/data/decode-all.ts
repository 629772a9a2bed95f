import type {Catalogue} from './catalogue.js';
import {BadImage, decodeImage} from './image/decode.js';

/** Pictures under way at once: enough to keep every core busy while files are read. */
const CONCURRENCY = 8;

export type DecodeOptions = {
  readonly size: readonly [number, number];
  readonly onProgress: (done: number, total: number) => void;
  readonly signal: AbortSignal;
};

export type BrokenImage = {readonly position: number; readonly reason: string};

export type DecodedImages = {
  /** One picture after another, in the order asked for; nothing where one is broken. */
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
  let next = 0;
  let done = 0;

  const work = async (): Promise<void> => {
    while (next < positions.length) {
      signal.throwIfAborted();
      const index = next++;
      const position = positions[index] as number;
      try {
        const image = await decodeImage(await readPicture(catalogue, position), height, width);
        pixels.set(image.pixels, index * imageBytes);
        const key = image.original.join('x');
        sizes.set(key, (sizes.get(key) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof BadImage)) throw error;
        broken.push({position, reason: error.message});
      }
      onProgress(++done, positions.length);
    }
  };
  await Promise.all(Array.from({length: CONCURRENCY}, work));
  broken.sort((a, b) => a.position - b.position);
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
