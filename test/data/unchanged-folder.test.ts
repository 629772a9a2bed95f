import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import {beforeEach, describe, expect, it} from 'vitest';
import {cachedImages} from '../../src/data/cache/image-cache.js';
import type {Dataset} from '../../src/data/dataset.js';
import {sourceState} from '../../src/data/files/source-state.js';
import {loadDataset, type LoadOptions} from '../../src/data/load-dataset.js';
import {openCatalogue} from '../../src/data/open-catalogue.js';
import {tinyExperiment} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

let root: string;
let cache: string;
let decoded: number;
beforeEach(async () => {
  root = await writeTinyFaces(temporaryFolder(), {images: 24});
  cache = temporaryFolder();
});

/** Long enough after everything that a test writes. */
const later = (): number => Date.now() + 10_000;

const options = (now = later): LoadOptions => ({
  root,
  seed: 1,
  cacheFolder: cache,
  now,
  // Sharp decodes: its processes start at once.
  env: {CELEBA_TUI_CACHE: cache},
  onProgress: (_what, done) => (decoded = done),
  onWarning: () => {},
  signal: new AbortController().signal,
});

async function load(...overrides: string[]): Promise<Dataset> {
  decoded = 0;
  const {data} = tinyExperiment('data.split={train: 16, validation: 8}', ...overrides);
  const dataset = await loadDataset(data, options());
  await dataset.close();
  return dataset;
}

async function pixels({train, height, width}: Dataset): Promise<Uint8Array> {
  const out = new Uint8Array(train.count * height * width * 3);
  await train.read([...train.files.keys()], out);
  return out;
}

const image = (name: string): string => path.join(root, 'img_align_celeba', name);

/** Writes into the file itself, so that its folder looks the same. */
function overwrite(name: string, bytes: Buffer | string): void {
  const folder = path.dirname(image(name));
  const before = statSync(folder).ctimeMs;
  writeFileSync(image(name), bytes);
  expect(statSync(folder).ctimeMs).toBe(before);
}

const cached = async () =>
  cachedImages(
    await openCatalogue({source: 'celeba'}, options()),
    Uint32Array.from({length: 24}, (_, position) => position),
    {...options(), env: {CELEBA_TUI_CACHE: cache}, size: [18, 14], onProgress: () => {}},
  );

describe('a cache whose folder looks the same', () => {
  it('is used without decoding', async () => {
    const before = await pixels(await load());
    expect(await pixels(await load())).toEqual(before);
    expect(decoded).toBe(0);
  });

  it('notices an image that was written to, before its pixels are used', async () => {
    await load();
    for (const [name, other] of [
      ['000002.jpg', '000001.jpg'],
      ['000013.jpg', '000004.jpg'],
    ] as const)
      overwrite(name, readFileSync(image(other)));
    const found = await pixels(await load());
    expect(decoded).toBe(24);
    cache = temporaryFolder();
    expect(await pixels(await load())).toEqual(found);
  });

  it('notices a broken image that was mended', async () => {
    const whole = readFileSync(image('000007.jpg'));
    writeFileSync(image('000007.jpg'), 'nonsense');
    const skip = await load('data.onBadImage=skip');
    expect(skip.train.count + skip.validation.count).toBe(23);
    overwrite('000007.jpg', whole);
    const mended = await load();
    expect(mended.train.count + mended.validation.count).toBe(24);
  });

  it('names an image that was broken meanwhile, when it is its turn', async () => {
    await (await cached()).close();
    const images = await cached();
    overwrite('000007.jpg', 'nonsense');
    const out = new Uint8Array(24 * 756);
    await images.read(Uint32Array.of(1, 2), out);
    await expect(images.read(Uint32Array.of(5, 6), out)).rejects.toMatchObject({
      message: expect.stringMatching(/^000007.jpg: .* Now it is not an image/) as string,
      exitCode: 3,
    });
    await images.close();
  });
});

describe('a folder that has changed', () => {
  it('is decoded again: what was replaced is current, what was removed is missing', async () => {
    await load();
    const other = path.join(root, 'other.jpg');
    writeFileSync(other, readFileSync(image('000001.jpg')));
    renameSync(other, image('000002.jpg'));
    rmSync(image('000003.jpg'));
    const {train, validation} = await load('data.onBadImage=skip');
    expect([decoded, train.count + validation.count]).toEqual([24, 23]);
    await expect(load()).rejects.toMatchObject({exitCode: 3});
  });

  it('is decoded again when it is another one, whose images are older', async () => {
    const folder = image('');
    const older = path.join(root, 'older');
    mkdirSync(older);
    for (const name of readdirSync(folder))
      writeFileSync(path.join(older, name), readFileSync(image('000001.jpg')));
    writeFileSync(image('000001.jpg'), readFileSync(image('000002.jpg')));
    await load();
    renameSync(folder, path.join(root, 'newer'));
    renameSync(older, folder);
    await load();
    expect(decoded).toBe(24);
  });

  it('is in another state, which is not settled right after the change', async () => {
    const folder = path.join(root, 'img_align_celeba');
    const before = await sourceState([folder], later());
    expect(before).toEqual({text: expect.stringContaining(folder) as string, isSettled: true});
    overwrite('000001.jpg', 'other');
    expect(await sourceState([folder], later())).toEqual(before);
    writeFileSync(image('new.jpg'), '');
    expect((await sourceState([folder], later())).text).not.toBe(before.text);
    expect(await sourceState([folder], Date.now())).toMatchObject({isSettled: false});
    const none = {text: '', isSettled: false};
    expect(await sourceState([path.join(root, 'nowhere')], later())).toEqual(none);
    expect(await sourceState([], later())).toEqual(none);
  });
});

describe('a long label file', () => {
  /** Blanks between the labels count for nothing. */
  const lengthen = (text: string): string => text.replaceAll(/(?<=jpg) /g, ' '.repeat(50_000));

  it('is read anew when its content changes, though its size and time do not', async () => {
    const file = path.join(root, 'list_attr_celeba.txt');
    const text = lengthen(readFileSync(file, 'utf8'));
    writeFileSync(file, text);
    const first = await openCatalogue({source: 'celeba'}, options());
    expect(await openCatalogue({source: 'celeba'}, options())).toMatchObject({
      files: first.files,
      labels: first.labels,
      fingerprint: first.fingerprint,
    });
    const {atime, mtime} = statSync(file);
    writeFileSync(file, text.replace(/-1 -1 \r\n/, '-1  1 \r\n'));
    utimesSync(file, atime, mtime);
    const second = await openCatalogue({source: 'celeba'}, options());
    const changed = [...second.labels].filter((label, at) => label !== first.labels[at]);
    expect(changed).toEqual([1]);
  });
});

describe('the listing of a large folder', () => {
  const names = Array.from({length: 10_000}, (_, at) => `${at}.jpg`);

  it('says what is missing, whatever was kept of it', async () => {
    root = temporaryFolder();
    mkdirSync(path.join(root, 'img_align_celeba'));
    for (const name of names) writeFileSync(image(name), '');
    writeFileSync(
      path.join(root, 'list_attr_celeba.txt'),
      ['Male', ...names.map(name => `${name} 1`)].join('\n'),
    );
    const missing = async (now?: () => number): Promise<number> =>
      (await openCatalogue({source: 'celeba'}, options(now))).absent.length;
    expect([await missing(), await missing()]).toEqual([0, 0]);
    rmSync(image('77.jpg'));
    expect([await missing(Date.now), await missing(), await missing()]).toEqual([1, 1, 1]);
    writeFileSync(image('77.jpg'), '');
    expect(await missing()).toBe(0);
  });
});
