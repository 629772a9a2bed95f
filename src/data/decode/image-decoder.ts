import type {NativeBinding} from '../../tensorflow/graph/session.js';
import {type Fit, hasOtherProportions, type Size} from '../image/area-filter.js';
import type {DecodedImage} from '../image/sharp-images.js';
import {readJpegHeader, type JpegHeader} from '../image/jpeg-header.js';
import {BadImage} from '../images/location.js';
import {GRAPH_IMAGES, JpegGraph, proveDecoder, type Reduction} from './jpeg-graph.js';

/**
 * Names how pixels are made: part of the cache's keys, since another way gives other pixels, and
 * recorded with each run. Change it with anything that changes a pixel.
 */
export type DecoderName = 'tensorflow-area-2' | 'sharp-area-2';

export function decoderName(hasNative: boolean): DecoderName {
  return hasNative ? 'tensorflow-area-2' : 'sharp-area-2';
}

/** Ten is usual for a progressive image. TensorFlow takes its time for each, whatever it holds. */
const MAX_PLAIN_SCANS = 100;
const START_OF_SCAN = Buffer.from([0xff, 0xda]);

/** [height, width] of CelebA's images. */
const USUAL: Size = [218, 178];

/** Larger ones are not worth a place in a batch. */
const MAX_PLAIN_PIXELS = 4_000_000;

/** Decodes and scales images: plain JPEGs by TensorFlow where it is there, all others by sharp. */
export class ImageDecoder {
  readonly #graph: JpegGraph | undefined;
  readonly #size: Size;
  readonly #fit: Fit;

  constructor(native: NativeBinding | undefined, size: Size, fit: Fit = 'stretch') {
    this.#graph = native === undefined ? undefined : new JpegGraph(native, size);
    this.#size = size;
    this.#fit = fit;
  }

  /** A result for each image, in their order; `BadImage` says why one cannot be used. */
  async decode(images: readonly Buffer[]): Promise<(DecodedImage | BadImage)[]> {
    const results: (DecodedImage | BadImage)[] = [];
    for (const reduction of [1, 2] as const) this.#decodePlain(images, reduction, results);
    for (const [index, bytes] of images.entries()) {
      results[index] ??= await this.#decodeOther(bytes);
    }
    return results;
  }

  /** Makes sure that TensorFlow, where it is there, decodes. @throws where it does not. */
  prove(): void {
    if (this.#graph !== undefined) proveDecoder(this.#graph, reductionFor(USUAL, this.#size));
  }

  dispose(): void {
    this.#graph?.dispose();
  }

  /** Fills in what TensorFlow decodes at this reduction; leaves out what it refuses. */
  #decodePlain(
    images: readonly Buffer[],
    reduction: Reduction,
    results: (DecodedImage | BadImage)[],
  ): void {
    if (this.#graph === undefined) return;
    const plain = images.flatMap((bytes, index) => {
      const header = readJpegHeader(bytes);
      if (header === undefined || !isPlain(header)) return [];
      if (!header.isOneScan && hasManyScans(bytes)) return [];
      const original: Size = [header.height, header.width];
      // TensorFlow's part of the work is to stretch.
      if (this.#fit === 'crop' && hasOtherProportions(original, this.#size)) return [];
      return reductionFor(original, this.#size) === reduction ? [{index, bytes, original}] : [];
    });
    for (let start = 0; start < plain.length; start += GRAPH_IMAGES) {
      const batch = plain.slice(start, start + GRAPH_IMAGES);
      const jpegs = batch.map(({bytes}) => bytes);
      const decoded = decodeBatch(this.#graph, jpegs, reduction);
      batch.forEach(({index, original}, row) => {
        const pixels = decoded[row];
        if (pixels !== undefined) results[index] = {pixels, original};
      });
    }
  }

  async #decodeOther(bytes: Buffer): Promise<DecodedImage | BadImage> {
    // Most data needs no sharp at all, and loading it takes as long as decoding 300 images.
    const {decodeImage} = await import('../image/sharp-images.js');
    try {
      return await decodeImage(bytes, ...this.#size, this.#fit);
    } catch (error) {
      if (error instanceof BadImage) return error;
      throw error;
    }
  }
}

/** One call for all; where it fails, one for each, since nothing says which of them is broken. */
function decodeBatch(
  graph: JpegGraph,
  jpegs: readonly Buffer[],
  reduction: Reduction,
): (Uint8Array | undefined)[] {
  try {
    const pixels = graph.decode(jpegs, reduction);
    const size = pixels.length / jpegs.length;
    return jpegs.map((_, index) => pixels.subarray(index * size, (index + 1) * size));
  } catch {
    return jpegs.length === 1
      ? [undefined]
      : jpegs.flatMap(bytes => decodeBatch(graph, [bytes], reduction));
  }
}

function isPlain({height, width, components, orientation, hasProfile}: JpegHeader): boolean {
  const isUpright = orientation <= 1 || orientation > 8;
  const isSimple = (components === 1 || components === 3) && !hasProfile;
  return isUpright && isSimple && height * width <= MAX_PLAIN_PIXELS;
}

/** Sharp refuses an image that was made to be read for hours: some kilobytes are enough for it. */
function hasManyScans(bytes: Buffer): boolean {
  let at = 0;
  for (let count = 0; count <= MAX_PLAIN_SCANS; count++) {
    at = bytes.indexOf(START_OF_SCAN, at) + START_OF_SCAN.length;
    if (at < START_OF_SCAN.length) return false;
  }
  return true;
}

/**
 * Half of each side is decoded where that is still enough for the target. Both must be even: with
 * a side rounded up, the image would be stretched by a part of a pixel.
 */
export function reductionFor([height, width]: Size, target: Size): Reduction {
  const isEven = height % 2 === 0 && width % 2 === 0;
  return isEven && height / 2 >= target[0] && width / 2 >= target[1] ? 2 : 1;
}
