import {
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {trimCache} from '../../src/data/cache/image-cache.js';
import type {Dataset} from '../../src/data/dataset.js';
import {loadDataset} from '../../src/data/load-dataset.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

let root: string;
let cache: string;
let warnings: string[];
let decoded: number;
beforeEach(async () => {
  root = await writeTinyFaces(temporaryFolder(), {images: 24});
  cache = temporaryFolder();
  warnings = [];
});

async function load(...overrides: string[]): Promise<Dataset> {
  decoded = 0;
  return loadDataset(tinyExperiment('data.split={train: 16, validation: 8}', ...overrides).data, {
    root,
    seed: 1,
    cacheFolder: cache,
    onProgress: () => decoded++,
    onWarning: text => warnings.push(text),
    signal: new AbortController().signal,
  });
}

async function pixels({train, height, width}: Dataset): Promise<Uint8Array> {
  const out = new Uint8Array(train.count * height * width * 3);
  await train.read(
    Array.from({length: train.count}, (_, position) => position),
    out,
  );
  return out;
}

const packs = (): string[] =>
  readdirSync(path.join(cache, 'images')).map(name => path.join(cache, 'images', name));

describe('the cache of decoded pictures', () => {
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

  it('is left aside when a picture is replaced', async () => {
    const before = await pixels(await load());
    const [one, other] = ['000001.jpg', '000002.jpg'].map(name =>
      path.join(root, 'img_align_celeba', name),
    );
    writeFileSync(one as string, readFileSync(other as string));
    expect(await pixels(await load())).not.toEqual(before);
    expect(decoded).toBe(24);
  });

  it.each<[string, (file: string) => void]>([
    ['cut off', file => truncateSync(file, 5000)],
    ['empty', file => truncateSync(file, 0)],
    ['longer', file => writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.of(0)]))],
    ['no pack', file => writeFileSync(file, 'nonsense')],
    ...[3, 20, 42, 60, 9000].map((at): [string, (file: string) => void] => [
      `changed at byte ${at}`,
      file => {
        const bytes = readFileSync(file);
        bytes[at] = (bytes[at] as number) ^ 1;
        writeFileSync(file, bytes);
      },
    ]),
  ])('is never believed when its file is %s', async (_what, damage) => {
    const before = await pixels(await load());
    damage(packs()[0] as string);
    expect(await pixels(await load())).toEqual(before);
    expect(decoded).toBe(24);
    await load();
    expect(decoded).toBe(0);
  });

  it('remembers which pictures are broken', async () => {
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
    expect(warnings.join()).toContain('could not be kept in');
  });

  it('is whole when several load at once, with nothing left over', async () => {
    const sets = await Promise.all([load(), load(), load()]);
    const [first, ...others] = await Promise.all(sets.map(pixels));
    for (const other of others) expect(other).toEqual(first);
    expect(packs()).toHaveLength(1);
  });

  it('loses what was used longest ago, and what killed processes left', async () => {
    const folder = path.join(cache, 'images');
    mkdirSync(folder);
    for (const [name, seconds] of [
      ['old.pack', 100],
      ['new.pack', 300],
      ['killed.unfinished', 200],
    ] as const) {
      writeFileSync(path.join(folder, name), Buffer.alloc(10));
      utimesSync(path.join(folder, name), seconds, seconds);
    }
    await trimCache(folder, 15);
    expect(readdirSync(folder)).toEqual(['new.pack']);
  });
});
