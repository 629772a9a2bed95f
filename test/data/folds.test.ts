import {describe, expect, it} from 'vitest';
import type {Catalogue} from '../../src/data/catalogue.js';
import {drawImages} from '../../src/data/draw-images.js';
import {makeCatalogue} from '../../src/data/layouts/layout.js';
import {peopleInSeveralParts} from '../../src/data/people.js';
import type {SplitPositions} from '../../src/data/sampling.js';
import {tinyExperiment} from '../helpers/experiments.js';

const IMAGES = 2000;
const labelsOf = (image: number): number[] => [image % 3 === 0 ? 1 : 0, (image >> 2) & 1];
const files = Array.from({length: IMAGES}, (_, image) => `${image}.jpg`);
const table = {
  attributes: ['Male', 'Smiling'],
  files,
  labels: Uint8Array.from(files.flatMap((_, image) => labelsOf(image))),
};
const faces: Catalogue = makeCatalogue('CelebA folder', '/celeba', table, undefined, {
  absent: new Uint32Array(),
  holders: [],
  locate: () => ({kind: 'unreadable', file: '', reason: 'nobody asks'}),
});
/** Three images of each person, more or less: people differ in size. */
const people = Int32Array.from(files, (_, image) => Math.floor(Math.sqrt(image * 200)));

const BALANCED = 'data.sampling={strategy: balanced, perStratum: 100}';

function foldsOf(folds: number, settings: string, overrides: string[] = [], seed = 1) {
  return Array.from({length: folds}, (_, index): SplitPositions => {
    const split = `data.split={folds: ${folds}, fold: ${index + 1}, ${settings}}`;
    return drawImages(faces, tinyExperiment(split, ...overrides).data, seed, people);
  });
}

describe('the folds of a sample', () => {
  it.each([
    ['all', 'validation: 100', []],
    ['all, grouped', 'validation: 100, groupBy: identity', []],
    ['balanced', 'validation: 40', [BALANCED]],
    ['balanced, grouped', 'validation: 40, groupBy: identity', [BALANCED]],
    ['first', 'validation: 10', ['data.sampling={strategy: first, count: 103}']],
  ])('test each of its images exactly once: %s', (name, settings, overrides) => {
    const drawn = foldsOf(5, settings, overrides);
    const tested = drawn.flatMap(({test}) => test);
    const sample = new Set(tested);
    expect(sample.size).toBe(tested.length);
    expect(sample.size).toBe(name.startsWith('balanced') ? 400 : name === 'first' ? 103 : IMAGES);
    for (const {train, validation, test} of drawn) {
      const used = [...train, ...validation, ...test];
      expect(new Set(used).size).toBe(used.length);
      expect(used.every(image => sample.has(image))).toBe(true);
      expect(validation).toHaveLength(Number(/\d+/.exec(settings)?.[0]));
      if (!settings.includes('groupBy')) expect(used).toHaveLength(sample.size);
    }
  });

  it('are as balanced as the sample', () => {
    for (const {test} of foldsOf(3, 'validation: 40', [BALANCED])) {
      const counts = [0, 0, 0, 0];
      for (const image of test) {
        const [male = 0, smiling = 0] = labelsOf(image);
        counts[male * 2 + smiling]! += 1;
      }
      for (const count of counts) expect([33, 34]).toContain(count);
    }
  });

  it('have nobody in two parts where they are grouped, and similar sizes', () => {
    for (const drawn of foldsOf(5, 'validation: 100, groupBy: identity')) {
      expect(peopleInSeveralParts(people, drawn).people).toBe(0);
      expect(Math.abs(drawn.test.length - 400)).toBeLessThanOrEqual(2);
    }
  });

  it('follow the seed', () => {
    expect(foldsOf(5, 'validation: 100')).toEqual(foldsOf(5, 'validation: 100'));
    const [first] = foldsOf(5, 'validation: 100', [], 2);
    expect(first?.test).not.toEqual(foldsOf(5, 'validation: 100')[0]?.test);
  });

  it.each([
    [
      'more folds than the smallest stratum has images',
      '{folds: 5, validation: 4}',
      ['data.sampling={strategy: balanced, perStratum: 4}'],
      'data.split.folds: Expected at most 4, the images of the sample with Male=0 Smiling=0; received 5.',
    ],
    [
      'more folds than people',
      '{folds: 5, validation: 4, groupBy: identity}',
      ['data.sampling={strategy: first, count: 2}'],
      'data.split.folds: Expected at most 2, the people of the sample; received 5.',
    ],
    [
      'a validation part that leaves nothing to train on',
      '{folds: 4, validation: 75}',
      ['data.sampling={strategy: first, count: 100}'],
      'data.split.validation: fold 1 of 4 has 25 test images and 75 others. Expected fewer than 75 validation images; received 75.',
    ],
  ])('are refused for %s', (_name, split, overrides, message) => {
    const definition = tinyExperiment(`data.split=${split}`, ...overrides).data;
    expect(() => drawImages(faces, definition, 1, people)).toThrow(
      expect.objectContaining({message, exitCode: 3, hint: expect.any(String) as string}),
    );
  });
});

describe('a file with folds', () => {
  it.each([
    ['a single fold', '{folds: 1, validation: 10}', 'integer (2 to 100)'],
    [
      'an official split',
      '{by: official, folds: 5}',
      'data.split.folds: (from --set data.split={by: official, folds: 5}) This key does not go with',
    ],
    [
      'a fold that there is not',
      '{folds: 5, validation: 10, fold: 6}',
      'There is no such fold. Expected 1 to 5, as data.split.folds says; received 6.',
    ],
    ['an official split by people', '{by: official, groupBy: identity}', 'data.split.groupBy'],
  ])('is refused for %s', (_name, split, message) => {
    expect(() => tinyExperiment(`data.split=${split}`)).toThrow(message);
  });
});
