import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import {areaFilter, type Size} from '../../../src/data/image/area-filter.js';
import {seededRandom} from '../../../src/util/random.js';

function randomImage([height, width]: Size, seed: number): Uint8Array {
  const random = seededRandom(seed);
  return Uint8Array.from({length: height * width * 3}, () => random() * 256);
}

/** The definition itself: the integral over the area of each target pixel. */
function integral(source: Uint8Array, [height, width]: Size, [rows, columns]: Size): number[] {
  const overlap = (start: number, end: number, pixel: number): number =>
    Math.max(0, Math.min(end, pixel + 1) - Math.max(start, pixel));
  const out: number[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (let y = 0; y < height; y++)
          for (let x = 0; x < width; x++)
            sum +=
              overlap((row * height) / rows, ((row + 1) * height) / rows, y) *
              overlap((column * width) / columns, ((column + 1) * width) / columns, x) *
              (source[(y * width + x) * 3 + channel] as number);
        out.push(sum / ((height / rows) * (width / columns)));
      }
  return out;
}

const side = fc.integer({min: 1, max: 13});

describe('the area filter', () => {
  it('is the mean over the area of each target pixel, for any two sizes', () => {
    fc.assert(
      fc.property(side, side, side, side, fc.nat(1000), (height, width, rows, columns, seed) => {
        const source = randomImage([height, width], seed);
        const expected = integral(source, [height, width], [rows, columns]);
        const result = areaFilter(source, [height, width], [rows, columns]);
        expect(result).toHaveLength(expected.length);
        result.forEach((value, index) =>
          expect(Math.abs(value - (expected[index] as number))).toBeLessThan(0.51),
        );
      }),
      {seed: 11, numRuns: 150},
    );
  });

  it('leaves an image of the wanted size as it is, and one colour one colour', () => {
    const source = randomImage([9, 7], 3);
    expect(areaFilter(source, [9, 7], [9, 7])).toEqual(source);
    const white = new Uint8Array(218 * 178 * 3).fill(255);
    expect(new Set(areaFilter(white, [218, 178], [72, 59]))).toEqual(new Set([255]));
  });
});
