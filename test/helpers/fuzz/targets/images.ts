import fc from 'fast-check';
import sharp from 'sharp';
import {expect} from 'vitest';
import {BadImage} from '../../../../src/data/images/location.js';
import {decodeImage} from '../../../../src/data/image/sharp-images.js';
import {readJpegHeader} from '../../../../src/data/image/jpeg-header.js';
import {unsafeCharacters} from '../hostile-text.js';
import {mutated, mutations} from '../mutations.js';
import {fuzzTarget, type FuzzTarget} from '../target.js';

const SIZE = {height: 18, width: 14};

/** One small image in each kind of file that people have. */
async function encoded(): Promise<readonly Buffer[]> {
  const pixels = Buffer.from(Array.from({length: 44 * 36 * 3}, (_, index) => (index * 7919) % 256));
  const image = (): sharp.Sharp => sharp(pixels, {raw: {height: 44, width: 36, channels: 3}});
  return Promise.all([
    image().jpeg().toBuffer(),
    image().jpeg({progressive: true}).toBuffer(),
    image().jpeg({mozjpeg: true}).withMetadata({orientation: 6}).toBuffer(),
    image().greyscale().jpeg().toBuffer(),
    image().toColourspace('cmyk').jpeg().toBuffer(),
    image().withIccProfile('p3').jpeg().toBuffer(),
    image().png().toBuffer(),
    image().png({palette: true}).toBuffer(),
    image().webp().toBuffer(),
    image().gif().toBuffer(),
    image().tiff().toBuffer(),
  ]);
}

export const imageSources = await encoded();

const pieces = [
  '\u00ff\u00d8',
  '\u00ff\u00d9',
  '\u00ff\u00da',
  '\u00ff\u00c0',
  '\u00ff\u00c2',
  '\u00ff\u00e1\u0000\u0010Exif\u0000\u0000',
  '\u00ff\u00ff\u00ff\u00ff',
  '\u0000\u0000\u0000\u0000',
  '\u00ff\u00ff',
  '\u0089PNG\r\n\u001a\n',
  'IHDR',
  'IDAT',
  'RIFF',
  '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  '<!doctype html>',
];

/** Images with a few bytes changed, from every kind of file. */
const changedImages: fc.Arbitrary<Buffer> = fc
  .tuple(
    fc.constantFrom(...imageSources),
    mutations([], 6),
    fc.array(fc.constantFrom(...pieces), {maxLength: 1}),
    fc.nat(600),
  )
  .map(([source, changes, [piece], at]) => {
    const bytes = mutated(source, changes);
    if (piece === undefined) return bytes;
    return Buffer.concat([bytes.subarray(0, at), Buffer.from(piece, 'latin1'), bytes.subarray(at)]);
  });

export const images: FuzzTarget = fuzzTarget({
  name: 'images',
  promise: 'an image is decoded to its size or refused with a reason, whatever its bytes',
  quick: 200,
  inputs: changedImages,
  examine: async bytes => {
    const header = readJpegHeader(bytes);
    if (header !== undefined) expect(header.height * header.width).toBeGreaterThan(0);
    try {
      const {pixels} = await decodeImage(bytes, SIZE.height, SIZE.width);
      expect(pixels).toHaveLength(SIZE.height * SIZE.width * 3);
      return 'taken';
    } catch (error) {
      expect(error).toBeInstanceOf(BadImage);
      const {message} = error as BadImage;
      expect(message.trim()).not.toBe('');
      expect(message.length).toBeLessThan(300);
      expect(unsafeCharacters(message)).toEqual([]);
      return 'refused';
    }
  },
});
