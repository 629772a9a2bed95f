import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import {beforeEach, describe, expect, it} from 'vitest';
import {loadDataset} from '../../src/data/load-dataset.js';
import type {Dataset} from '../../src/data/dataset.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

let root: string;
let warnings: string[];
beforeEach(async () => {
  warnings = [];
  root = await writeTinyFaces(temporaryFolder(), {images: 48});
});

function load(overrides: readonly string[] = [], seed = 1): Promise<Dataset> {
  const {data, evaluation} = tinyExperiment(...overrides);
  return loadDataset(data, {
    root,
    slices: evaluation.slices ?? [],
    seed,
    cacheFolder: root,
    // Sharp decodes: its processes start at once.
    env: {CELEBA_TUI_CACHE: root},
    onProgress: () => {},
    onWarning: text => warnings.push(text),
    signal: new AbortController().signal,
  });
}

const image = (name: string): string => path.join(root, 'img_align_celeba', name);

async function pixels({train, height, width}: Dataset): Promise<Uint8Array> {
  const out = new Uint8Array(train.count * height * width * 3);
  await train.read(
    Uint32Array.from({length: train.count}, (_, index) => index),
    out,
  );
  return out;
}

describe('a data set', () => {
  it('is the same bytes for the same seed, and other images for another', async () => {
    const [first, again, other] = [await load(), await load(), await load([], 2)];
    expect(again.fingerprint).toBe(first.fingerprint);
    expect(await pixels(again)).toEqual(await pixels(first));
    expect(other.fingerprint).not.toBe(first.fingerprint);
    expect(other.train.files).not.toEqual(first.train.files);
  });

  it('refuses a slice by an attribute that it has not', async () => {
    const loading = load(['evaluation.slices=[Male x Blond]']);
    await expect(loading).rejects.toMatchObject({
      message: expect.stringContaining('evaluation.slices: Blond is not an attribute') as string,
      exitCode: 3,
    });
  });

  it('has the values of slices for the evaluated images, with the same fingerprint', async () => {
    const split = 'data.split={train: 24, validation: 8, test: 12}';
    const sliced = await load([
      split,
      'data.heads=[Smiling]',
      'evaluation.slices=[Male x Smiling]',
    ]);
    const values = (name: string): [number, number] => {
      const index = Number(name.slice(0, 6)) - 1;
      return [index % 2, Math.floor(index / 2) % 2];
    };
    const {slices, validation, test} = sliced;
    expect(slices?.attributes).toEqual(['Male', 'Smiling']);
    expect([...(slices?.validation ?? [])]).toEqual(validation.files.flatMap(values));
    expect([...(slices?.test ?? [])]).toEqual(test?.files.flatMap(values));
    const plain = await load([split, 'data.heads=[Smiling]']);
    expect(plain.slices).toBeUndefined();
    expect(plain.fingerprint).toBe(sliced.fingerprint);
    await Promise.all([sliced.close(), plain.close()]);
  });

  it('never has an image in both parts, and labels that go with the images', async () => {
    const {train, validation, height, width} = await load();
    expect(train.files.filter(name => validation.files.includes(name))).toEqual([]);
    const pixels = new Uint8Array(height * width * 3);
    for (let position = 0; position < train.count; position++) {
      await train.read([position], pixels);
      const isRed = (pixels[0] ?? 0) > (pixels[1] ?? 0) + 40;
      expect(isRed).toBe(train.labels[position * 2] === 1);
    }
  });

  it('is balanced over the strata when told so', async () => {
    const {train} = await load([
      'data.sampling={strategy: balanced, perStratum: 8}',
      'data.split={train: 28, validation: 4}',
    ]);
    expect(train.count).toBe(28);
  });

  it.each([
    [
      'a stratum that is too small, with the counts',
      ['data.sampling={strategy: balanced, perStratum: 13}'],
      'Expected 13 in each stratum; received Male=0 Smiling=0: 12, Male=0 Smiling=1: 12, Male=1 Smiling=0: 12, Male=1 Smiling=1: 12',
    ],
    [
      'an unknown attribute, with the nearest',
      ['data.heads=[Male, Smilling]'],
      'Smilling is not an attribute',
    ],
    [
      'a split larger than the sample',
      ['data.split.train=100'],
      'Expected train + validation of at most 48',
    ],
    ['an official split that is not there', ['data.split={by: official}'], 'has no partition'],
    ['a layout that is not there', ['data.source=parquet'], 'Expected train-00000-of-….parquet'],
  ])('refuses %s', async (_what, overrides, message) => {
    await expect(load(overrides)).rejects.toMatchObject({
      message: expect.stringContaining(message) as string,
      exitCode: 3,
    });
  });

  it('refuses a folder that is not there, and one without data', async () => {
    root = path.join(root, 'nowhere');
    await expect(load()).rejects.toMatchObject({
      message: expect.stringContaining('no such folder. Expected CelebA') as string,
      exitCode: 3,
    });
    await expect(load(['data.source=folder'])).rejects.toMatchObject({
      message: expect.stringContaining('Expected images with a table of labels') as string,
      hint: 'Correct data.root, or name the folder with --data DIR.',
    });
    root = temporaryFolder();
    await expect(load()).rejects.toMatchObject({
      message: expect.stringContaining('no known data in it') as string,
      exitCode: 3,
    });
    for (const name of ['holiday.jpg', 'party.JPEG'])
      writeFileSync(path.join(root, name), Buffer.from([0xff, 0xd8, 0xff, 0xe0]));
    await expect(load()).rejects.toThrow(
      'It holds images, such as holiday.jpg, and no labels for them: celeba-tui predict RUN',
    );
  });
});

describe('images that are lost as a whole', () => {
  it('are no case for leaving broken images out', async () => {
    for (const name of readdirSync(path.dirname(image('000001.jpg'))))
      writeFileSync(image(name), '');
    await expect(load()).rejects.toMatchObject({
      hint: expect.stringContaining(
        'Look whether the folder of the images is still there',
      ) as string,
    });
    await expect(load()).rejects.not.toMatchObject({
      hint: expect.stringContaining('onBadImage') as string,
    });
  });
});

describe('a broken image', () => {
  const all = ['data.split={train: 40, validation: 8}'];
  const skip = [...all, 'data.onBadImage=skip'];

  it.each<[string, () => void, string]>([
    [
      'cut off',
      () => writeFileSync(image('000003.jpg'), readFileSync(image('000003.jpg')).subarray(0, 500)),
      'cut off in the middle',
    ],
    ['empty', () => writeFileSync(image('000003.jpg'), ''), 'the file is empty'],
    ['a web page', () => writeFileSync(image('000003.jpg'), '<html>404'), 'it is a web page'],
    [
      'of no known kind',
      () => writeFileSync(image('000003.jpg'), 'nonsense'),
      'not an image of a known kind',
    ],
  ])(
    'that is %s is named and counted, and fatal or left out by choice',
    async (_what, damage, reason) => {
      damage();
      const refused = load(all);
      await expect(refused).rejects.toMatchObject({
        message: expect.stringContaining('1 of 48 images cannot be used: 000003.jpg') as string,
        exitCode: 3,
      });
      await expect(refused).rejects.toThrow(reason);
      const {train, validation} = await load(skip);
      expect(train.count + validation.count).toBe(47);
      expect(warnings.join()).toContain('they are left out');
    },
  );

  it('that is missing is named, and left out by choice where the sample needs all', async () => {
    rmSync(image('000003.jpg'));
    await expect(load(all)).rejects.toMatchObject({
      message: expect.stringMatching(/at most 47, .* 1 are missing, such as 000003.jpg/) as string,
      exitCode: 3,
    });
    const {train, validation} = await load(skip);
    expect(train.count + validation.count).toBe(47);
  });

  it('that is missing is not drawn where others are enough', async () => {
    rmSync(image('000003.jpg'));
    const {train, validation} = await load(['data.split={train: 40, validation: 7}']);
    expect(train.count + validation.count).toBe(47);
    expect([...train.files, ...validation.files]).not.toContain('000003.jpg');
  });

  it('among too many ends the run, also where broken ones are left out', async () => {
    for (const name of ['000001', '000002', '000003', '000004', '000005', '000006'])
      writeFileSync(image(`${name}.jpg`), 'nonsense');
    await expect(load(skip)).rejects.toMatchObject({
      message: expect.stringMatching(/images cannot be used. Expected at most 10 %/) as string,
      exitCode: 3,
    });
  });

  it('may be one of fewer than ten, which is more than the limit, and no more', async () => {
    const few = [
      ...skip,
      'training.batchSize=4',
      'data.sampling={strategy: first, count: 12}',
      'data.split={train: 8, validation: 4}',
    ];
    writeFileSync(image('000001.jpg'), 'nonsense');
    const {train, validation} = await load(few);
    expect(train.count + validation.count).toBe(11);
    for (const name of ['000002', '000003', '000004'])
      writeFileSync(image(`${name}.jpg`), 'nonsense');
    await expect(load(few)).rejects.toMatchObject({exitCode: 3});
  });

  it('leaves the others with their own labels when it is left out', async () => {
    rmSync(image('000003.jpg'));
    const {train, height, width} = await load(skip);
    const pixels = new Uint8Array(height * width * 3);
    for (let position = 0; position < train.count; position++) {
      await train.read([position], pixels);
      expect((pixels[0] ?? 0) > (pixels[1] ?? 0) + 40, train.files[position]).toBe(
        train.labels[position * 2] === 1,
      );
    }
  });
});

describe('an image of another kind', () => {
  it.each<[string, (image: sharp.Sharp) => sharp.Sharp]>([
    ['another size', image => image.resize(200, 100, {fit: 'fill'}).jpeg()],
    ['greyscale', image => image.greyscale().jpeg()],
    ['CMYK', image => image.toColourspace('cmyk').jpeg()],
    ['PNG with transparency', image => image.ensureAlpha(0.5).png()],
    ['turned by EXIF', image => image.rotate(90).withMetadata({orientation: 8}).jpeg()],
  ])('%s is decoded to the same size', async (_what, change) => {
    const file = image('000002.jpg');
    writeFileSync(file, await change(sharp(readFileSync(file))).toBuffer());
    const {train, validation} = await load(['data.split={train: 40, validation: 8}']);
    expect(train.count + validation.count).toBe(48);
  });

  it('of another size is reported once', async () => {
    const file = image('000002.jpg');
    writeFileSync(
      file,
      await sharp(readFileSync(file)).resize(200, 100, {fit: 'fill'}).jpeg().toBuffer(),
    );
    await load(['data.split={train: 40, validation: 8}']);
    expect(warnings.filter(text => text.includes('1 of 48 images do not have'))).toHaveLength(1);
  });
});
