import {describe, expect, it} from 'vitest';
import sharp from 'sharp';
import {commonSize, commonSizeText} from '../../src/data/image-size.js';

const image = (format: 'jpeg' | 'png' | 'webp', [height, width]: readonly [number, number]) =>
  sharp({create: {height, width, channels: 3, background: '#808080'}})[format]();

const looked = (images: readonly Buffer[]) =>
  commonSize(
    {readImage: position => Promise.resolve(images[position] ?? Buffer.alloc(0))},
    images.map((_, position) => position),
  );

describe('the size that most images have', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('is read of a %s', async format => {
    const bytes = await image(format, [20, 30]).toBuffer();
    expect(await looked([bytes])).toEqual({height: 20, width: 30, images: 1, lookedAt: 1});
  });

  it('is that of images turned upright, whatever their kind', async () => {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const bytes = await image(format, [20, 30]).withMetadata({orientation: 6}).toBuffer();
      expect(await looked([bytes]), format).toMatchObject({height: 30, width: 20});
    }
  });

  it('says how many of those that can be read have another', async () => {
    const [most, rest] = await Promise.all([
      image('jpeg', [20, 30]).toBuffer(),
      image('png', [8, 8]).toBuffer(),
    ]);
    const size = await looked([rest, most, most, Buffer.from('<html>'), Buffer.alloc(0)]);
    expect(size).toEqual({height: 20, width: 30, images: 2, lookedAt: 3});
    expect(size && commonSizeText(size)).toBe('20x30 (height x width; 1 of 3 have other sizes)');
  });

  it('is unknown where no image can be read', async () => {
    expect(await looked([])).toBeUndefined();
    expect(await looked([Buffer.from('text')])).toBeUndefined();
  });

  it('looks at no more than 48 of many, over the whole of them', async () => {
    const bytes = await image('jpeg', [20, 30]).toBuffer();
    const positions: number[] = [];
    const readImage = (position: number): Promise<Buffer> => {
      positions.push(position);
      return Promise.resolve(bytes);
    };
    const all = Array.from({length: 202_599}, (_, position) => position);
    expect(await commonSize({readImage}, all)).toMatchObject({lookedAt: 48});
    expect([positions[0], positions.at(-1)]).toEqual([0, 198_378]);
  });
});
