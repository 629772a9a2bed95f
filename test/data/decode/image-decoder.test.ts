import {readdirSync, readFileSync} from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {findNativePackage} from '../../../src/tensorflow/load.js';
import {loadBinding} from '../../../src/tensorflow/native/find-package.js';
import type {NativeBinding} from '../../../src/tensorflow/graph/session.js';
import {ImageDecoder, reductionFor} from '../../../src/data/decode/image-decoder.js';
import {proveDecoder} from '../../../src/data/decode/jpeg-graph.js';
import type {Size} from '../../../src/data/image/area-filter.js';
import {decodeImage} from '../../../src/data/image/sharp-images.js';
import {BadImage} from '../../../src/data/images/location.js';
import {makeSample} from '../../../src/data/sample/ensure-sample.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';

let native: NativeBinding;
let faces: Buffer[];
beforeAll(async () => {
  const found = findNativePackage(process.env);
  if (found === undefined) throw new Error('The tests need the native backend.');
  native = loadBinding(found);
  const folder = temporaryFolder();
  await makeSample(folder, {images: 8, onProgress: () => {}, signal: new AbortController().signal});
  const images = path.join(folder, 'img_align_celeba');
  faces = readdirSync(images)
    .sort()
    .map(name => readFileSync(path.join(images, name)));
});

const decoders: ImageDecoder[] = [];
afterAll(() => decoders.forEach(decoder => decoder.dispose()));

async function decode(images: readonly Buffer[], size: Size = [72, 59]) {
  const decoder = new ImageDecoder(native, size);
  decoders.push(decoder);
  return decoder.decode(images);
}

async function pixelsOf(bytes: Buffer, size: Size = [72, 59]): Promise<Uint8Array> {
  const [result] = await decode([bytes], size);
  if (result === undefined || result instanceof BadImage) throw new Error('It is not decoded.');
  return result.pixels;
}

/** Mean distance in levels of 0 to 255, and that which 99 % of the values stay within. */
function distance(a: Uint8Array, b: Uint8Array): {mean: number; most: number} {
  const all = a.map((value, index) => Math.abs(value - (b[index] as number))).sort();
  return {
    mean: all.reduce((sum, value) => sum + value, 0) / all.length,
    most: all[Math.floor(all.length * 0.99)] as number,
  };
}

describe('the decoder of plain JPEGs', () => {
  // On photographs, without the noise of the drawn faces in every pixel, it is half as much.
  it.each<[Size, number, number]>([
    [[145, 118], 1, 6],
    [[109, 89], 1.5, 9],
    [[72, 59], 3, 18],
    [[54, 44], 2, 13],
    [[36, 30], 1.2, 8],
  ])(
    'stays at %j within %d levels on average of the area filter over all pixels',
    async (size, mean, most) => {
      const results = await decode(faces, size);
      for (const [index, result] of results.entries()) {
        if (result instanceof BadImage) throw result;
        const exact = await decodeImage(faces[index] as Buffer, ...size);
        const found = distance(result.pixels, exact.pixels);
        expect(found.mean).toBeLessThan(mean);
        expect(found.most).toBeLessThanOrEqual(most);
        expect(result.original).toEqual([218, 178]);
      }
    },
  );

  it('gives the same bytes whatever else is in the batch', async () => {
    const alone = await Promise.all(faces.map(bytes => pixelsOf(bytes)));
    const together = await decode([...faces, ...faces, ...faces, ...faces, ...faces]);
    together.forEach((result, index) => {
      if (result instanceof BadImage) throw result;
      expect(result.pixels).toEqual(alone[index % faces.length]);
    });
  });

  it('halves only where that leaves enough, and no side is rounded', () => {
    expect(reductionFor([218, 178], [72, 59])).toBe(2);
    expect(reductionFor([218, 178], [109, 89])).toBe(2);
    expect(reductionFor([218, 178], [110, 89])).toBe(1);
    expect(reductionFor([217, 178], [72, 59])).toBe(1);
  });

  it('is proved by an image that is known', () => {
    const decoder = new ImageDecoder(native, [72, 59]);
    decoders.push(decoder);
    expect(() => decoder.prove()).not.toThrow();
  });

  it.each<[string, (pixels: number) => number]>([
    ['other pixels', () => 90],
    ['one wrong pixel', at => (at === 5 ? 0 : 77)],
  ])('is refused where it gives %s', (_what, pixel) => {
    const decode = (): Uint8Array => Uint8Array.from({length: 12}, (_, at) => pixel(at));
    expect(() => proveDecoder({decode}, 1)).toThrow('a grey of 77 came out');
  });
});

describe('an image that TensorFlow does not decode', () => {
  const change = (make: (image: sharp.Sharp) => sharp.Sharp): Promise<Buffer> =>
    make(sharp(faces[0])).toBuffer();

  it.each<[string, () => Promise<Buffer>]>([
    ['a PNG', () => change(image => image.png())],
    ['a WebP', () => change(image => image.webp({lossless: true}))],
    [
      'CMYK with a profile',
      () => change(image => image.withIccProfile('cmyk').jpeg({quality: 98})),
    ],
    ['with a profile', () => change(image => image.withIccProfile('srgb').jpeg({quality: 98}))],
    [
      'turned, with its EXIF saying so',
      () => change(image => image.rotate(90).withMetadata({orientation: 8}).jpeg({quality: 98})),
    ],
  ])('because it is %s comes out near the same', async (_what, make) => {
    const found = distance(await pixelsOf(await make()), await pixelsOf(faces[0] as Buffer));
    // CMYK has fewer colours: much of it is the way there and back.
    expect(found.mean).toBeLessThan(10);
  });

  it('is grey in all three colours where it is grey', async () => {
    const pixels = await pixelsOf(await change(image => image.toColourspace('b-w').jpeg()));
    pixels.forEach((value, index) => expect(value).toBe(pixels[index - (index % 3)]));
  });

  it.each<[string, (bytes: Buffer) => Buffer, string]>([
    ['cut off', bytes => bytes.subarray(0, bytes.length / 2), 'it is cut off in the middle'],
    ['empty', () => Buffer.alloc(0), 'the file is empty'],
    ['nonsense', () => Buffer.from('nonsense'), 'it is not an image of a known kind'],
  ])('because it is %s is named, and its neighbours are decoded', async (_what, damage, reason) => {
    const results = await decode(
      faces.map((bytes, index) => (index === 3 ? damage(bytes) : bytes)),
    );
    expect(
      results.map(result => (result instanceof BadImage ? result.message : 'decoded')),
    ).toEqual(faces.map((_, index) => (index === 3 ? reason : 'decoded')));
    const [first] = results;
    expect((first as {pixels: Uint8Array}).pixels).toEqual(await pixelsOf(faces[0] as Buffer));
  });
});
