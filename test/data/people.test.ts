import fc from 'fast-check';
import {describe, expect, it} from 'vitest';
import type {Catalogue} from '../../src/data/catalogue.js';
import {drawImages, drawWithPeople} from '../../src/data/draw-images.js';
import {makeCatalogue} from '../../src/data/layouts/layout.js';
import {identitiesOfNames} from '../../src/data/layouts/named-values.js';
import {choosePeople, peopleInSeveralParts} from '../../src/data/people.js';
import {tinyExperiment} from '../helpers/experiments.js';

/** Images of people, all strata equally often; person p has 1 to 5 images. */
function facesOf(images: number, identities?: Int32Array | Error): Catalogue {
  const labels = Uint8Array.from({length: images * 2}, (_, at) => ((at >> 1) >> (at & 1)) & 1);
  const files = Array.from({length: images}, (_, image) => `${image + 1}.jpg`);
  const table = {attributes: ['Male', 'Smiling'], files, labels};
  const nowhere = {
    absent: new Uint32Array(),
    holders: [],
    locate: () => ({kind: 'unreadable', file: '', reason: 'nobody asks'}) as const,
  };
  return makeCatalogue('CelebA folder', '/celeba', table, undefined, nowhere, () =>
    identities instanceof Error ? Promise.reject(identities) : Promise.resolve(identities),
  );
}

/** People with 1, 2, 3, 4, 5, 1, 2, … images, one after another. */
function identitiesFor(images: number): Int32Array {
  const identities = new Int32Array(images);
  for (let image = 0, person = 0; image < images; person++)
    for (let more = 0; more <= person % 5 && image < images; more++) identities[image++] = person;
  return identities;
}

const people = identitiesFor(3000);
const faces = facesOf(3000, people);
const grouped = (...overrides: string[]) =>
  tinyExperiment(
    'data.split={train: 700, validation: 101, test: 203, groupBy: identity}',
    ...overrides,
  ).data;

describe('a split that is grouped by identity', () => {
  it.each([
    ['all', 'data.sampling={strategy: all}'],
    ['first', 'data.sampling={strategy: first, count: 1200}'],
    ['balanced', 'data.sampling={strategy: balanced, perStratum: 260}'],
  ])('has nobody in two parts, and the counts of the file: sampling %s', (_name, sampling) => {
    for (const seed of [1, 2, 3]) {
      const drawn = drawImages(faces, grouped(sampling), seed, people);
      expect(peopleInSeveralParts(people, drawn)).toEqual({people: 0, images: 0});
      const {train, validation, test} = drawn;
      expect([train.length, validation.length, test.length]).toEqual([700, 101, 203]);
      expect(new Set([...train, ...validation, ...test]).size).toBe(1004);
    }
  });

  it('is the same for a seed and another for another seed', () => {
    const draw = (seed: number) => drawImages(faces, grouped(), seed, people);
    expect(draw(7)).toEqual(draw(7));
    expect(draw(8).test).not.toEqual(draw(7).test);
  });

  it('leaves out images of a person that would be in two parts, and still has its counts', () => {
    const pairs = Int32Array.from({length: 40}, (_, image) => image >> 1);
    const odd = grouped('data.split={train: 21, validation: 7, test: 5, groupBy: identity}');
    const drawn = drawImages(facesOf(40, pairs), odd, 1, pairs);
    expect(peopleInSeveralParts(pairs, drawn).people).toBe(0);
    expect([drawn.train.length, drawn.validation.length, drawn.test.length]).toEqual([21, 7, 5]);
  });

  it('is refused where too few images are left to train on, with what to do', () => {
    const pairs = Int32Array.from({length: 40}, (_, image) => image >> 1);
    const all = grouped('data.split={train: 28, validation: 7, test: 5, groupBy: identity}');
    expect(() => drawImages(facesOf(40, pairs), all, 1, pairs)).toThrow(
      expect.objectContaining({
        message:
          'data.split: with groupBy: identity, validation and test of 7 and 5 images leave 26 images of other people of the sample, which shows 20 people. Expected 28 to train on.',
        hint: expect.stringContaining('--set data.split.train=26 or less') as string,
        exitCode: 3,
      }),
    );
  });

  it('is refused where all images show one person', () => {
    const alone = new Int32Array(40);
    const split = grouped('data.split={train: 20, validation: 10, groupBy: identity}');
    expect(() => drawImages(facesOf(40, alone), split, 1, alone)).toThrow(
      'leave 0 images of other people of the sample, which shows 1 people',
    );
  });

  it('is refused where the data does not say who is in an image', async () => {
    await expect(drawWithPeople(facesOf(1200), grouped(), 1)).rejects.toMatchObject({
      message: expect.stringContaining(
        'data.split.groupBy: CelebA folder /celeba does not say who is in an image. Expected identity_CelebA.txt beside the labels',
      ) as string,
      exitCode: 3,
    });
  });

  it('is refused where the file of identities lacks images, with one of them', async () => {
    const lacking = people.map((person, image) => (image === 5 || image === 8 ? -1 : person));
    await expect(drawWithPeople(facesOf(3000, lacking), grouped(), 1)).rejects.toMatchObject({
      message:
        'data.split.groupBy: 2 of the 3,000 images of the sample have no identity in CelebA folder /celeba, such as 6.jpg. Expected a line for each in identity_CelebA.txt.',
      exitCode: 3,
    });
  });
});

describe('a split that is not grouped', () => {
  const plain = tinyExperiment('data.split={train: 700, validation: 100}').data;

  it('warns once of people in more than one part, with how many and with how many images', async () => {
    const {drawn, warnings} = await drawWithPeople(faces, plain, 1);
    const overlap = peopleInSeveralParts(people, drawn);
    expect(overlap.people).toBeGreaterThan(20);
    expect(warnings).toEqual([
      `${overlap.people} people are in more than one part of the split, with ${overlap.images} of its 800 images: accuracies on new people may be lower. To keep each person in one part: data.split.groupBy: identity.`,
    ]);
  });

  it('says nothing where nobody is, or where nobody knows', async () => {
    const everyone = Int32Array.from({length: 3000}, (_, image) => image);
    for (const identities of [everyone, undefined])
      expect((await drawWithPeople(facesOf(3000, identities), plain, 1)).warnings).toEqual([]);
  });

  it('is drawn as before where the file of identities is damaged, and says that', async () => {
    const broken = facesOf(3000, new Error('identity_CelebA.txt:3: Expected a number.'));
    const {drawn, warnings} = await drawWithPeople(broken, plain, 1);
    expect(drawn).toEqual(drawImages(faces, plain, 1));
    expect(warnings).toEqual([
      'identity_CelebA.txt:3: Expected a number. Whether a person is in two parts of the split was not checked.',
    ]);
  });
});

describe('a choice of people', () => {
  const sizes = fc.array(fc.integer({min: 1, max: 6}), {minLength: 1, maxLength: 9});

  it('has exactly as many images as were asked for wherever whole people can have them', () => {
    fc.assert(
      fc.property(sizes, fc.integer({min: 0, max: 30}), (lengths, count) => {
        const group = lengths.map((length, person) => new Array<number>(length).fill(person));
        const sums = lengths.reduce(
          (reached, length) => new Set([...reached, ...[...reached].map(sum => sum + length)]),
          new Set([0]),
        );
        const {images, rest} = choosePeople(group, count);
        const all = lengths.reduce((sum, length) => sum + length, 0);
        expect(images).toHaveLength(Math.min(count, all));
        const inBoth = rest.flat().filter(person => images.includes(person));
        expect(inBoth).toEqual([]);
        if (sums.has(count)) expect(images.length + rest.flat().length).toBe(all);
      }),
    );
  });
});

describe('file names', () => {
  it('name people where all are a name and a number', () => {
    const names = ['Aaron_Eckhart_0001.jpg', 'Bono_0001.jpg', 'Aaron_Eckhart_0002.jpg'];
    expect(identitiesOfNames(names)).toEqual(Int32Array.from([0, 1, 0]));
  });

  it.each([
    ['numbers alone', ['000001.jpg', '000002.jpg']],
    ['the same word everywhere', ['face_0001.jpg', 'face_0002.jpg']],
    ['parts of a data set', ['train_0001.jpg', 'test_0001.jpg']],
    ['one name that is different', ['Bono_0001.jpg', 'Cher_0001.jpg', 'cover.jpg']],
  ])('name nobody where they are %s', (_what, names) => {
    expect(identitiesOfNames(names)).toBeUndefined();
  });
});
