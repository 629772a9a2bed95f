import {describe, expect, it} from 'vitest';
import type {Catalogue} from '../../src/data/catalogue.js';
import {drawImages} from '../../src/data/draw-images.js';
import {makeCatalogue} from '../../src/data/layouts/layout.js';
import {withoutLost} from '../../src/data/split-checks.js';
import {tinyExperiment} from '../helpers/experiments.js';

const IMAGES = 202_599;

/** Labels of all of CelebA, of which only the images of some positions are there. */
function catalogueOf(isThere: (position: number) => boolean, images = IMAGES): Catalogue {
  const positions = [...Array(images).keys()];
  const labels = Uint8Array.from(
    positions.flatMap(position => [position & 1, (position >> 1) & 1]),
  );
  const table = {
    attributes: ['Male', 'Smiling'],
    files: positions.map(position => `${position + 1}.jpg`),
    labels,
  };
  return makeCatalogue('CelebA folder', '/celeba', table, undefined, {
    absent: Uint32Array.from(positions.filter(position => !isThere(position))),
    holders: [],
    locate: () => ({kind: 'unreadable', file: '', reason: 'not asked for'}),
  });
}

const balanced = (...overrides: string[]) =>
  tinyExperiment(
    'data.sampling={strategy: balanced, perStratum: 200}',
    'data.split={train: 600, validation: 200}',
    ...overrides,
  ).data;

describe('a sample of a set of which a part is there', () => {
  const part = catalogueOf(position => position < 10_000);

  it.each([
    ['balanced', []],
    ['first', ['data.sampling={strategy: first, count: 800}']],
    ['all', ['data.sampling={strategy: all}']],
  ])('holds only images that are there, as many as asked for: %s', (_strategy, overrides) => {
    const {train, validation} = drawImages(part, balanced(...overrides), 1);
    expect([train.length, validation.length]).toEqual([600, 200]);
    expect(Math.max(...train, ...validation)).toBeLessThan(10_000);
  });

  it.each(['fail', 'skip'])(
    'is refused where a stratum is too small, with how many are not there: %s',
    choice => {
      const few = catalogueOf(position => position < 400);
      expect(() => drawImages(few, balanced(`data.onBadImage=${choice}`), 1)).toThrow(
        'Expected 200 in each stratum; received Male=0 Smiling=0: 100, Male=0 Smiling=1: 100, Male=1 Smiling=0: 100, Male=1 Smiling=1: 100. Of the 202,599 images that the labels name, 202,199 are missing, such as 401.jpg.',
      );
    },
  );

  it('is refused with another way out than zero images where a stratum is empty', () => {
    const men = catalogueOf(position => position % 2 === 1);
    expect(() => drawImages(men, balanced(), 1)).toThrow(
      expect.objectContaining({
        exitCode: 3,
        hint: expect.stringContaining('sampling={strategy: all}') as string,
      }),
    );
  });

  it('is smaller where broken images may be skipped and few are not there', () => {
    const nearlyAll = catalogueOf(position => position % 100 !== 7, 800);
    const {train, validation} = drawImages(nearlyAll, balanced('data.onBadImage=skip'), 1);
    expect(train.length + validation.length).toBe(800);
    expect(() => drawImages(nearlyAll, balanced(), 1)).toThrow('too few images');
  });
});

describe('a sample of a complete set', () => {
  it('is the same images for a seed as ever', () => {
    const {train, validation} = drawImages(
      catalogueOf(() => true),
      balanced(),
      1,
    );
    expect(train.slice(0, 4)).toEqual([14487, 149661, 146665, 99411]);
    expect(validation.slice(0, 4)).toEqual([67239, 53199, 116908, 19495]);
  });
});

describe('a sample that loses broken images', () => {
  const whole = catalogueOf(() => true, 800);
  const definition = balanced('data.onBadImage=skip');
  const drawn = drawImages(whole, definition, 1);

  it('is refused where it loses more than a tenth of one part', () => {
    const tenth = new Set(drawn.validation.slice(0, 20));
    expect(withoutLost(whole, drawn, tenth, definition).validation).toHaveLength(180);
    const more = new Set(drawn.validation.slice(0, 21));
    expect(() => withoutLost(whole, drawn, more, definition)).toThrow(
      '21 of 200 validation images cannot be used. Expected at most 10 % with data.onBadImage: skip.',
    );
  });

  it('is refused where it loses all of a stratum', () => {
    const isMan = (position: number): boolean => position % 4 === 3;
    const [first] = drawn.validation.filter(isMan);
    const few = {
      train: drawn.train,
      validation: drawn.validation.filter(p => !isMan(p) || p === first),
      test: [],
    };
    expect(() => withoutLost(whole, few, new Set([first ?? 0]), definition)).toThrow(
      'None of the 1 validation images with Male=1 Smiling=1 can be used.',
    );
  });
});

describe('a test part', () => {
  const all = catalogueOf(() => true, 2000);
  const drawn = (split: string) => drawImages(all, balanced(`data.split=${split}`), 1);

  it('has other images than both other parts, which stay as they are without it', () => {
    const {train, validation, test} = drawn('{train: 500, validation: 100, test: 200}');
    expect(test).toHaveLength(200);
    expect(new Set([...train, ...validation, ...test]).size).toBe(800);
    expect(drawn('{train: 500, validation: 100}')).toEqual({train, validation, test: []});
  });

  it('counts among the images that the sample has to hold', () => {
    expect(() => drawn('{train: 600, validation: 200, test: 1}')).toThrow(
      'data.split: Expected train + validation + test of at most 800, the images of the sample; received 600 + 200 + 1.',
    );
  });
});
