import {describe, expect, it} from 'vitest';
import {augment} from '../../src/data/augment.js';
import type {Augmentation} from '../../src/experiment/training-schema.js';
import {seededRandom} from '../../src/util/random.js';

const size = [20, 24] as const;
const bytes = size[0] * size[1] * 3;

/** An image whose channels have these values at each pixel. */
function imageOf(value: (y: number, x: number, channel: number) => number): Uint8Array {
  return Uint8Array.from({length: bytes}, (_, at) => {
    const pixel = Math.floor(at / 3);
    return value(Math.floor(pixel / size[1]), pixel % size[1], at % 3);
  });
}

/** The image as it is in an epoch at a position of the training set. */
function augmented(
  image: Uint8Array,
  augmentation: Augmentation,
  {position = 0, epoch = 1, seed = 1} = {},
): Uint8Array {
  const changed = image.slice();
  augment(changed, Uint32Array.of(position), size, {augmentation, seed, epoch});
  return changed;
}

const random = seededRandom(1);
const noise = imageOf(() => random() * 256);
const everything: Augmentation = {
  ...{flip: true, shift: 0.1, zoom: 0.2, rotation: 0.1},
  ...{brightness: 0.2, contrast: 0.3, saturation: 0.3, cutout: 0.3},
};
const positions = Array.from({length: 200}, (_, position) => position);

describe('a training image', () => {
  it('stays as it is without a change', () => {
    expect(augmented(noise, {})).toEqual(noise);
    expect(augmented(noise, {flip: false})).toEqual(noise);
    expect(augmented(noise, {shift: 0, zoom: 0, rotation: 0, brightness: 0, cutout: 0})).toEqual(
      noise,
    );
  });

  it('changes in the same way in every batch, and in another way in every epoch', () => {
    const batch = new Uint8Array(3 * bytes);
    [0, 1, 2].forEach(index => batch.set(noise, index * bytes));
    const order = Uint32Array.of(7, 3, 5);
    augment(batch, order, size, {augmentation: everything, seed: 1, epoch: 2});
    order.forEach((position, index) =>
      expect(batch.slice(index * bytes, (index + 1) * bytes)).toEqual(
        augmented(noise, everything, {position, epoch: 2}),
      ),
    );
    const first = augmented(noise, everything, {position: 3, epoch: 2});
    expect(augmented(noise, everything, {position: 3, epoch: 3})).not.toEqual(first);
    expect(augmented(noise, everything, {position: 3, epoch: 2, seed: 2})).not.toEqual(first);
  });

  it('is mirrored in half of all cases, exactly', () => {
    const mirrored = imageOf(
      (y, x, channel) => noise[(y * size[1] + size[1] - 1 - x) * 3 + channel]!,
    );
    const flips = positions.filter(position => {
      const image = augmented(noise, {flip: true}, {position});
      expect([noise, mirrored]).toContainEqual(image);
      return image[0] === mirrored[0] && image[3] === mirrored[3];
    });
    expect(flips.length).toBeGreaterThan(70);
    expect(flips.length).toBeLessThan(130);
  });

  it('moves by at most the shift, and repeats its edge', () => {
    const ramp = imageOf((_y, x) => 10 * x);
    const shifts = positions.map(position => {
      const image = augmented(ramp, {shift: 0.25}, {position});
      const middle = (10 * size[1] + 12) * 3;
      const shift = (120 - image[middle]!) / 10;
      // Away from the edges, each pixel has moved alike.
      for (let x = 7; x < 17; x++)
        expect(Math.abs(image[(10 * size[1] + x) * 3]! - 10 * (x - shift))).toBeLessThanOrEqual(1);
      expect(image[0]).toBeGreaterThanOrEqual(0);
      return shift;
    });
    expect(Math.max(...shifts.map(Math.abs))).toBeLessThanOrEqual(6.1);
    expect(Math.min(...shifts)).toBeLessThan(-4);
    expect(Math.max(...shifts)).toBeGreaterThan(4);
  });

  it('is scaled around its centre by at most the zoom', () => {
    const ramp = imageOf((_y, x) => 10 * x);
    const scales = positions.map(position => {
      const image = augmented(ramp, {zoom: 0.2}, {position});
      const at = (x: number): number => image[(10 * size[1] + x) * 3]!;
      expect((at(11) + at(12)) / 2).toBeCloseTo(115, -0.5);
      return 50 / (at(14) - at(9));
    });
    expect(Math.min(...scales)).toBeLessThan(0.87);
    expect(Math.min(...scales)).toBeGreaterThan(0.78);
    expect(Math.max(...scales)).toBeGreaterThan(1.13);
    expect(Math.max(...scales)).toBeLessThan(1.25);
  });

  it('is turned around its centre, by at most the rotation', () => {
    // The slope of a ramp turns with the image.
    const ramp = imageOf((_y, x) => 10 * x);
    const angles = positions.map(position => {
      const image = augmented(ramp, {rotation: 0.05}, {position});
      const at = (y: number, x: number): number => image[(y * size[1] + x) * 3]!;
      return Math.atan2(at(12, 11) - at(8, 11), at(10, 13) - at(10, 9));
    });
    const most = 0.05 * 2 * Math.PI;
    expect(Math.max(...angles.map(Math.abs))).toBeLessThan(most + 0.03);
    expect(Math.max(...angles)).toBeGreaterThan(0.8 * most);
    expect(Math.min(...angles)).toBeLessThan(-0.8 * most);
  });

  it('gets brighter or darker by at most the brightness, and never wraps around', () => {
    const flat = imageOf(() => 100);
    const levels = positions.map(position => augmented(flat, {brightness: 0.2}, {position})[0]!);
    expect(Math.min(...levels)).toBeGreaterThanOrEqual(49);
    expect(Math.max(...levels)).toBeLessThanOrEqual(151);
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(80);
    const white = imageOf(() => 250);
    for (const position of positions)
      expect(augmented(white, {brightness: 0.9}, {position})[0]).toBeGreaterThan(15);
  });

  it('keeps the mean of each channel under contrast, and its grey under saturation', () => {
    const soft = imageOf((y, x, channel) => 90 + 20 * channel + ((x + y) % 2) * 20);
    const mean = (image: Uint8Array, channel: number): number =>
      image.filter((_, at) => at % 3 === channel).reduce((sum, value) => sum + value, 0) /
      (bytes / 3);
    for (const position of positions.slice(0, 40)) {
      const sharper = augmented(soft, {contrast: 0.5}, {position});
      for (const channel of [0, 1, 2])
        expect(Math.abs(mean(sharper, channel) - mean(soft, channel))).toBeLessThan(1);
      const duller = augmented(soft, {saturation: 1}, {position});
      const grey = (image: Uint8Array): number =>
        0.299 * mean(image, 0) + 0.587 * mean(image, 1) + 0.114 * mean(image, 2);
      expect(Math.abs(grey(duller) - grey(soft))).toBeLessThan(1);
    }
  });

  it('loses at most a square of the size of the cutout, and sometimes less at the edge', () => {
    const black = imageOf(() => 0);
    const areas = positions.map(
      position =>
        augmented(black, {cutout: 0.5}, {position}).filter(value => value !== 0).length / 3,
    );
    expect(Math.max(...areas)).toBe(100);
    expect(Math.min(...areas)).toBeLessThan(60);
  });
});
