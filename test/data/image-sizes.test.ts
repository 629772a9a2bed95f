import {describe, expect, it} from 'vitest';
import {sizeWarnings} from '../../src/data/image-size.js';
import type {DataDefinition} from '../../src/experiment/schema.js';

const SCALE =
  " data.image.scale 3 counts from 218x178, CelebA's size, whatever the images have: name data.image.size: [height, width] instead.";

describe('the sizes of images', () => {
  it.each<[string, readonly [number, number], readonly string[]]>([
    ["are CelebA's", [218, 178], []],
    ['are square', [250, 250], [`The images are 250x250 and are stretched to 72x59.${SCALE}`]],
    ['are smaller', [36, 30], [`The images are 36x30 and are enlarged to 72x59.${SCALE}`]],
    [
      'are small squares',
      [48, 48],
      [`The images are 48x48 and are enlarged and stretched to 72x59.${SCALE}`],
    ],
    ['are twice as large', [436, 356], [`The images are 436x356 and are scaled to 72x59.${SCALE}`]],
  ])('are warned of where a scale meets images that %s', (_what, original, warnings) => {
    expect(sizeWarnings({image: {scale: 3}}, original, [72, 59])).toEqual(warnings);
  });

  it('are warned of where a size of their own enlarges or stretches them', () => {
    const image: DataDefinition['image'] = {size: [64, 64]};
    expect(sizeWarnings({image}, [250, 250], [64, 64])).toEqual([]);
    expect(sizeWarnings({image}, [218, 178], [64, 64])).toEqual([
      'The images are 218x178 and are stretched to 64x64.',
    ]);
  });
});
