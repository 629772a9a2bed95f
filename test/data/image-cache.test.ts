import {
  closeSync,
  openSync,
  readFileSync,
  readSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import {afterEach, beforeEach, describe, expect, it} from 'vitest';
import {listCacheFiles, trimCacheFiles} from '../../src/data/cache/cache-files.js';
import type {CachedImages} from '../../src/data/cache/cached-images.js';
import {cachedImages} from '../../src/data/cache/image-cache.js';
import type {Dataset} from '../../src/data/dataset.js';
import {loadDataset, type LoadOptions} from '../../src/data/load-dataset.js';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import type {DataDefinition} from '../../src/experiment/schema.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

let root: string;
let cache: string;
let warnings: string[];
let decoded: number;
let open: CachedImages[] = [];
beforeEach(async () => {
  root = await writeTinyFaces(temporaryFolder(), {images: 24});
  cache = temporaryFolder();
  warnings = [];
});

afterEach(async () => {
  for (const images of open) await images.close();
  open = [];
});

const definition = (...overrides: string[]): DataDefinition =>
  tinyExperiment('data.split={train: 16, validation: 8}', ...overrides).data;

const options = (): LoadOptions => ({
  root,
  seed: 1,
  cacheFolder: cache,
  // Sharp decodes: its processes start at once.
  env: {CELEBA_TUI_CACHE: cache},
  onProgress: (_what, done) => (decoded = done),
  onWarning: text => warnings.push(text),
  signal: new AbortController().signal,
});

async function load(...overrides: string[]): Promise<Dataset> {
  decoded = 0;
  const dataset = await loadDataset(definition(...overrides), options());
  await dataset.close();
  return dataset;
}

/** All 24 images, left in the cache file. */
async function cached(): Promise<{images: CachedImages; all: () => Promise<Uint8Array>}> {
  const catalogue = await openCatalogue({source: 'celeba'}, options());
  const every = Uint32Array.from({length: 24}, (_, position) => position);
  const images = await cachedImages(catalogue, every, {
    ...options(),
    size: [18, 14],
    env: {CELEBA_TUI_CACHE: cache},
    onProgress: () => {},
  });
  open.push(images);
  const all = async (): Promise<Uint8Array> => {
    const out = new Uint8Array(24 * 756);
    await images.read(every, out);
    return out;
  };
  return {images, all};
}

const positionsOf = (files: readonly string[]): Uint32Array =>
  Uint32Array.from(files, name => Number.parseInt(name) - 1);

function changeByte(file: string, at: number): void {
  const handle = openSync(file, 'r+');
  const byte = Buffer.alloc(1);
  readSync(handle, byte, 0, 1, at);
  writeSync(handle, Buffer.of((byte[0] as number) ^ 1), 0, 1, at);
  closeSync(handle);
}

async function pixels({train, height, width}: Dataset): Promise<Uint8Array> {
  const out = new Uint8Array(train.count * height * width * 3);
  await train.read(
    Array.from({length: train.count}, (_, position) => position),
    out,
  );
  return out;
}

const cacheFiles = (): string[] =>
  readdirSync(path.join(cache, 'images')).map(name => path.join(cache, 'images', name));

describe('the cache of decoded images', () => {
  it('gives the same bytes and fingerprint without decoding again', async () => {
    const first = await load();
    expect(decoded).toBe(24);
    const second = await load();
    expect(decoded).toBe(0);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(await pixels(second)).toEqual(await pixels(first));
  });

  it('is used by another split of the same images, and not by another size', async () => {
    await load();
    await load('data.seed=9', 'data.split={train: 20, validation: 4}');
    expect(decoded).toBe(0);
    await load('data.image={size: [16, 14]}');
    expect(decoded).toBe(24);
  });

  it('is made anew when an image is replaced', async () => {
    const before = await pixels(await load());
    const [one, other] = ['000001.jpg', '000002.jpg'].map(name =>
      path.join(root, 'img_align_celeba', name),
    );
    writeFileSync(one as string, readFileSync(other as string));
    expect(await pixels(await load())).not.toEqual(before);
    expect(decoded).toBe(24);
    expect(cacheFiles()).toHaveLength(1);
  });

  it('has a file for each choice of few images, and one for all choices of most of them', async () => {
    const choose = (count: number): Promise<Dataset> =>
      load(
        'training.batchSize=4',
        `data.sampling={strategy: first, count: ${count}}`,
        `data.split={train: ${count - 2}, validation: 2}`,
      );
    const decodedFor: number[] = [];
    for (const count of [8, 12, 8, 14, 20, 24]) {
      await choose(count);
      decodedFor.push(decoded);
    }
    expect(decodedFor).toEqual([8, 12, 0, 24, 0, 0]);
    expect(cacheFiles()).toHaveLength(3);
    const few = await pixels(await choose(14));
    cache = temporaryFolder();
    expect(await pixels(await choose(14))).toEqual(few);
  });

  it('is left aside when sharp has to decode, which is another decoder and the same data', async () => {
    const sharp = await load();
    const native = await loadDataset(definition(), {...options(), env: process.env});
    expect(decoded).toBe(24);
    expect(sharp.decoder).not.toBe(native.decoder);
    expect(sharp.fingerprint).toBe(native.fingerprint);
  });

  const [header, entries, rows] = [20, 4096, 8192];
  it.each<[string, (file: string) => void]>([
    ['cut off', file => truncateSync(file, 9000)],
    ['empty', file => truncateSync(file, 0)],
    ['longer', file => writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.of(0)]))],
    ['something else', file => writeFileSync(file, 'nonsense')],
    ['of another version', file => changeByte(file, 7)],
    ['changed in its header', file => changeByte(file, header)],
    ['changed in a checksum', file => changeByte(file, entries + 3 * 8)],
    ['changed in a size', file => changeByte(file, entries + 3 * 8 + 5)],
    ['changed in an image', file => changeByte(file, rows + 5 * 756 + 300)],
  ])('is never believed when its file is %s', async (_what, damage) => {
    const before = await pixels(await load());
    const [file] = cacheFiles();
    damage(file as string);
    expect(await pixels(await load())).toEqual(before);
    expect(decoded).toBe(24);
    expect(warnings.join()).toMatch(/damaged; the images are decoded again/);
    await load();
    expect(decoded).toBe(0);
  });

  it('remembers which images are broken', async () => {
    rmSync(path.join(root, 'img_align_celeba', '000003.jpg'));
    await load('data.onBadImage=skip');
    warnings = [];
    const {train, validation} = await load('data.onBadImage=skip');
    expect([decoded, train.count + validation.count]).toEqual([0, 23]);
    expect(warnings.join()).toContain('000003.jpg (the file is missing)');
    await expect(load()).rejects.toMatchObject({exitCode: 3});
  });

  it('that cannot be written is said and fails nothing', async () => {
    writeFileSync(path.join(cache, 'images'), 'a file where the folder would be');
    expect((await load()).train.count).toBe(16);
    expect(warnings.join()).toContain('cannot be kept in');
  });

  it('is whole when several load at once, decoded by one of them, with nothing left over', async () => {
    let times = 0;
    const loadOnce = (): Promise<Dataset> =>
      loadDataset(definition(), {
        ...options(),
        onProgress: (_what, done, total) => (times += Number(done === total)),
      });
    const sets = await Promise.all([loadOnce(), loadOnce(), loadOnce()]);
    await Promise.all(sets.map(set => set.close()));
    expect(times).toBe(1);
    const [first, ...others] = await Promise.all(sets.map(pixels));
    for (const other of others) expect(other).toEqual(first);
    expect(cacheFiles()).toHaveLength(1);
  });

  it('leaves nothing behind when it is interrupted', async () => {
    const before = await pixels(await load());
    rmSync(path.join(cache, 'images'), {recursive: true});
    const abort = new AbortController();
    const killed = loadDataset(definition(), {
      ...options(),
      signal: abort.signal,
      onProgress: () => abort.abort(new Error('killed')),
    });
    await expect(killed).rejects.toThrow('killed');
    expect(cacheFiles()).toEqual([]);
    expect(await pixels(await load())).toEqual(before);
  });
});

describe('the folder of the image cache', () => {
  it('loses the least recently used files, and what killed processes left', async () => {
    await load();
    await load('data.image={size: [16, 14]}');
    const folder = path.join(cache, 'images');
    const [newer, older] = (await listCacheFiles(folder)).map(({file}) => file);
    utimesSync(older as string, 100, 100);
    const strange = path.join(folder, 'strange.pack');
    const left = `${older}.12345-0a1b2c3d.unfinished`;
    for (const file of [strange, left]) writeFileSync(file, 'something');
    utimesSync(left, 200, 200);
    await trimCacheFiles(folder, 30_000);
    expect(readdirSync(folder).sort()).toEqual(
      [path.basename(newer as string), 'strange.pack'].sort(),
    );
  });

  it('can lose a file that a program reads, which it still reads to the end', async () => {
    const {images, all} = await cached();
    const before = await all();
    const folder = path.join(cache, 'images');
    expect(await trimCacheFiles(folder, 0)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
    expect(await all()).toEqual(before);
    await images.close();
  });
});

describe('images that stay in the cache file', () => {
  it('are the bytes that a set in memory has', async () => {
    const {train} = await load();
    const inMemory = await pixels(await load());
    const images = await cached();
    const out = new Uint8Array(16 * 756);
    await images.images.read(positionsOf(train.files), out);
    expect(out).toEqual(inMemory);
  });

  it('are decoded again where one turns out to be damaged', async () => {
    const images = await cached();
    const before = await images.all();
    for (const position of [2, 20]) changeByte(cacheFiles()[0] as string, 8192 + position * 756);
    expect(await images.all()).toEqual(before);
  });

  it('are refused where they were changed meanwhile', async () => {
    const images = await cached();
    changeByte(cacheFiles()[0] as string, 8192 + 2 * 756);
    writeFileSync(path.join(root, 'img_align_celeba', '000003.jpg'), 'other');
    await expect(images.all()).rejects.toMatchObject({
      message:
        '000003.jpg: the image changed or was lost while a run used it. Now it is not an image of a known kind.',
      exitCode: 3,
    });
  });
});
