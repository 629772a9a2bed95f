import fc from 'fast-check';
import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import {beforeAll, describe, expect, it} from 'vitest';
import {loadDataset} from '../../src/data/load-dataset.js';
import {naturalOrder} from '../../src/training/batches.js';
import {batchesOf} from '../../src/training/batches.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {
  toAmls,
  toKaggle,
  toParquet,
  toImageZip,
  toTfrecords,
  toZip,
} from '../helpers/faces-layouts.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** Images to choose from, each of another colour. */
let images: Buffer[];
beforeAll(async () => {
  images = await Promise.all(
    Array.from({length: 12}, (_, at) =>
      sharp({
        create: {
          height: 20,
          width: 16,
          channels: 3,
          background: {r: at * 20, g: 90, b: 255 - at * 9},
        },
      })
        .jpeg()
        .toBuffer(),
    ),
  );
});

type Row = {readonly name: string; readonly image: number; readonly labels: readonly number[]};
type Case = {
  readonly heads: readonly string[];
  readonly rows: readonly Row[];
  readonly train: number;
  readonly seed: number;
  readonly batchSize: number;
};

const NAMES = ['Male', 'Smiling', 'Bald', '5_o_Clock_Shadow', 'Big_Nose'];
const cases: fc.Arbitrary<Case> = fc
  .record({
    heads: fc.shuffledSubarray(NAMES, {minLength: 1}),
    names: fc.uniqueArray(fc.stringMatching(/^[A-Za-z0-9_]{1,12}$/), {
      minLength: 4,
      maxLength: 30,
      // One of two names on a file system that does not tell capitals from small letters.
      selector: name => name.toLowerCase(),
    }),
    seed: fc.nat(1000),
    batchSize: fc.integer({min: 1, max: 9}),
  })
  .chain(({heads, names, ...rest}) =>
    fc.record({
      heads: fc.constant(heads),
      rows: fc.tuple(
        ...names.map(name =>
          fc.record({
            name: fc.constant(`${name}.jpg`),
            image: fc.nat(11),
            labels: fc.array(fc.nat(1), {minLength: heads.length, maxLength: heads.length}),
          }),
        ),
      ),
      train: fc.integer({min: 1, max: names.length - 1}),
      seed: fc.constant(rest.seed),
      batchSize: fc.constant(rest.batchSize),
    }),
  );

function writeOfficial({heads, rows}: Case): string {
  const folder = temporaryFolder();
  mkdirSync(path.join(folder, 'img_align_celeba'));
  for (const {name, image} of rows)
    writeFileSync(path.join(folder, 'img_align_celeba', name), images[image] as Buffer);
  const lines = rows.map(
    ({name, labels}) => `${name} ${labels.map(one => one * 2 - 1).join('  ')}`,
  );
  writeFileSync(
    path.join(folder, 'list_attr_celeba.txt'),
    [rows.length, heads.join(' '), ...lines, ''].join('\r\n'),
  );
  return folder;
}

/** Every batch of one pass: the images' bytes, the labels, and the names in their order. */
async function batches(root: string, {heads, train, rows, seed, batchSize}: Case): Promise<object> {
  const cache = temporaryFolder();
  const {data} = tinyExperiment(
    `data.heads=[${heads.map(head => `"${head}"`).join(', ')}]`,
    `data.split={train: ${train}, validation: ${rows.length - train}}`,
    'training.batchSize=1',
  );
  const dataset = await loadDataset(data, {
    root,
    seed,
    cacheFolder: cache,
    // Sharp decodes: its processes start at once.
    env: {CELEBA_TUI_CACHE: cache},
    onProgress: () => {},
    onWarning: () => {},
    signal: new AbortController().signal,
  });
  const all: object[] = [];
  for (const set of [dataset.train, dataset.validation]) {
    const plan = {
      set,
      order: naturalOrder(set.count),
      batchSize,
      size: [dataset.height, dataset.width] as const,
      headPositions: heads.map((_, position) => position),
    };
    for await (const {images, labels} of batchesOf(plan)) {
      all.push({images: Buffer.from(images).toString('hex'), labels: [...labels]});
    }
  }
  await dataset.close();
  return {files: [dataset.train.files, dataset.validation.files], all};
}

describe('the same images, whatever their count, names, labels, split and order', () => {
  it('give the same batches in every layout, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async one => {
        const official = await batches(writeOfficial(one), one);
        for (const move of [toKaggle, toZip, toImageZip, toTfrecords, toParquet]) {
          expect(await batches(await move(writeOfficial(one)), one)).toEqual(official);
        }
      }),
      {seed: 5, numRuns: 2},
    );
  });

  it('also in the layout of the courses', async () => {
    const two = cases.map(one => ({
      ...one,
      heads: ['Male', 'Smiling'],
      rows: one.rows.map(row => ({...row, labels: [row.labels[0] ?? 0, row.labels[1] ?? 1]})),
    }));
    await fc.assert(
      fc.asyncProperty(two, async one => {
        const official = await batches(writeOfficial(one), one);
        for (const move of [toAmls, async (folder: string) => toZip(toAmls(folder))]) {
          expect(await batches(await move(writeOfficial(one)), one)).toEqual(official);
        }
      }),
      {seed: 5, numRuns: 2},
    );
  });
});
