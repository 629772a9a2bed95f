import fc from 'fast-check';
import sharp from 'sharp';
import {beforeAll, describe, expect, it} from 'vitest';
import {readJpegHeader} from '../../../src/data/image/jpeg-header.js';

const image = (): sharp.Sharp =>
  sharp({create: {height: 30, width: 20, channels: 3, background: '#806040'}});

describe('the header of a JPEG', () => {
  it.each<[string, (image: sharp.Sharp) => sharp.Sharp, object]>([
    [
      'in colour',
      image => image.jpeg(),
      {components: 3, orientation: 1, hasProfile: false, isOneScan: true},
    ],
    ['progressive', image => image.jpeg({progressive: true}), {components: 3, isOneScan: false}],
    ['grey', image => image.toColourspace('b-w').jpeg(), {components: 1, isOneScan: true}],
    ['in CMYK', image => image.toColourspace('cmyk').jpeg(), {components: 4}],
    ['with EXIF', image => image.withMetadata({orientation: 6}).jpeg(), {orientation: 6}],
    ['with a profile', image => image.withIccProfile('p3').jpeg(), {hasProfile: true}],
  ])('is read %s', async (_what, make, expected) => {
    const bytes = await make(image()).toBuffer();
    expect(readJpegHeader(bytes)).toMatchObject({height: 30, width: 20, ...expected});
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['a PNG', () => image().png().toBuffer()],
    ['nothing', () => Promise.resolve(Buffer.alloc(0))],
    ['text', () => Promise.resolve(Buffer.from('<html>not found</html>'))],
    ['only its first bytes', async () => (await image().jpeg().toBuffer()).subarray(0, 40)],
  ])('is not there in %s', async (_what, make) => {
    expect(readJpegHeader(await make())).toBeUndefined();
  });

  describe('with damage', () => {
    let bytes: Buffer;
    beforeAll(async () => {
      bytes = await image().withMetadata({orientation: 3}).jpeg().toBuffer();
    });

    it('is a header or nothing, never an error', () => {
      fc.assert(
        fc.property(
          fc.nat(bytes.length - 1),
          fc.nat(8),
          fc.uint8Array({maxLength: 4}),
          (at, cut, inserted) => {
            const damaged = Buffer.concat([
              bytes.subarray(0, at),
              inserted,
              bytes.subarray(at + cut),
            ]);
            const header = readJpegHeader(damaged);
            if (header !== undefined) expect(header.height * header.width).toBeGreaterThan(0);
          },
        ),
        {seed: 13, numRuns: 3000},
      );
    });
  });
});
