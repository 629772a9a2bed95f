import {mkdtempSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import {beforeAll, describe, expect, it} from 'vitest';
import type {Catalogue, CatalogueContext} from '../../src/data/catalogue.js';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {BadImage} from '../../src/data/images/location.js';
import {expectUserError} from '../helpers/fuzz/handled.js';
import {mutated, mutations, type Mutation} from '../helpers/fuzz/mutations.js';
import {parquetOf} from '../helpers/write-parquet.js';
import {tfrecordOf, type LabelledImage} from '../helpers/write-tfrecord.js';
import {zipOf} from '../helpers/write-zip.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const SEED = 20_261_125;
const CASES = 200;

/** Of bytes that do not compress: most of a file is images, as in CelebA. */
const rows: readonly LabelledImage[] = Array.from({length: 6}, (_, index) => ({
  name: `00000${index + 1}.jpg`,
  bytes: Buffer.from(Array.from({length: 1000}, (_byte, at) => (at * 7919 + index * 104_729) >> 3)),
  labels: {Male: index % 2, Smiling: index > 2 ? 1 : 0},
}));
const signOf = (label: number | undefined): string => (label === 1 ? ' 1' : '-1');
const labelFile = [
  String(rows.length),
  'Male Smiling ',
  ...rows.map(row => `${row.name} ${signOf(row.labels['Male'])} ${signOf(row.labels['Smiling'])} `),
  '',
].join('\r\n');

let folder: string;
let context: CatalogueContext;
beforeAll(() => {
  folder = temporaryFolder();
  context = {
    cacheFolder: path.join(folder, 'cache'),
    signal: new AbortController().signal,
    onWarning: () => {},
    onProgress: () => {},
  };
});

/** What a damaged file gives: a catalogue, or undefined after a clear error. */
async function opened(name: string, bytes: Buffer): Promise<Catalogue | undefined> {
  const root = mkdtempSync(path.join(folder, 'data-'));
  writeFileSync(path.join(root, name), bytes);
  try {
    return await openCatalogue({source: 'auto'}, {...context, root});
  } catch (error) {
    expectUserError(error, 3);
    return undefined;
  }
}

/** Reads every image: its bytes, or undefined after it was called bad. */
async function images(catalogue: Catalogue): Promise<(Buffer | undefined)[]> {
  const all: (Buffer | undefined)[] = [];
  for (const position of catalogue.files.keys()) {
    try {
      all.push(await catalogue.readImage(position));
    } catch (error) {
      if (!(error instanceof BadImage)) expectUserError(error, 3);
      all.push(undefined);
    }
  }
  return all;
}

/** What is not called bad is what was written. */
async function expectTrue(catalogue: Catalogue): Promise<void> {
  const found = await images(catalogue);
  catalogue.files.forEach((name, position) => {
    const row = rows.find(one => one.name === name);
    const labels = catalogue.attributes.map(
      (_, column) => catalogue.labels[position * catalogue.attributes.length + column],
    );
    expect({name, labels}).toEqual({name: row?.name, labels: Object.values(row?.labels ?? {})});
    const bytes = found[position];
    if (bytes !== undefined) expect(bytes.equals(row?.bytes ?? Buffer.alloc(0))).toBe(true);
  });
}

/** The file as it is, then changed in one place after another. */
async function examine(
  name: string,
  bytes: Buffer,
  pieces: readonly string[],
  check: (catalogue: Catalogue) => Promise<void>,
): Promise<void> {
  const whole = await opened(name, bytes);
  expect(whole?.files).toEqual(rows.map(row => row.name));
  const attempt = async (changes: readonly Mutation[]): Promise<void> => {
    const catalogue = await opened(name, mutated(bytes, changes));
    if (catalogue !== undefined) await check(catalogue);
  };
  await fc.assert(fc.asyncProperty(mutations(pieces, 1), attempt), {seed: SEED, numRuns: CASES});
}

describe('a damaged copy is refused in clear words, or what is read from it is true:', () => {
  it('zip', async () => {
    const files = rows.map(({name, bytes}) => [`img_align_celeba/${name}`, bytes] as const);
    const zip = await zipOf({'list_attr_celeba.txt': labelFile, ...Object.fromEntries(files)});
    await examine(
      'celeba.zip',
      zip,
      ['PK\u0003\u0004', 'PK\u0001\u0002', 'PK\u0005\u0006'],
      expectTrue,
    );
  });

  it('TFRecords', async () => {
    await examine(
      'celeb_a-train.tfrecord',
      tfrecordOf(rows),
      ['\u0000'.repeat(12), 'Male'],
      expectTrue,
    );
  });
});

describe('a damaged copy without checksums is refused in clear words, or read to its end:', () => {
  it('parquet', async () => {
    const table = parquetOf(rows, {rowGroupSize: 4});
    await examine('train.parquet', table, ['PAR1', 'Male'], async catalogue => {
      expect(catalogue.labels).toHaveLength(catalogue.files.length * catalogue.attributes.length);
      expect([...catalogue.labels].every(label => label <= 1)).toBe(true);
      await images(catalogue);
    });
  });
});
