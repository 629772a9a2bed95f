import {existsSync, readdirSync, rmSync, utimesSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {Writable} from 'node:stream';
import sharp from 'sharp';
import {beforeEach, describe, expect, it} from 'vitest';
import {parseSize} from '../../src/cli/commands/data.js';
import {runDataCache, type DataCacheOptions} from '../../src/cli/data-cache.js';
import {previewDataOf} from '../../src/cli/data-preview.js';
import {prepareData, runDataInfo} from '../../src/cli/data.js';
import type {DataInfo} from '../../src/data/info.js';
import {cachedTable} from '../../src/data/table-cache.js';
import {tinyExperiment, tinyYaml} from '../helpers/experiments.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';

let root: string;
let written: {stdout: string; stderr: string};
beforeEach(async () => {
  root = await writeTinyFaces(temporaryFolder(), {images: 24});
  written = {stdout: '', stderr: ''};
});

function sink(name: 'stdout' | 'stderr'): Writable {
  return new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written[name] += chunk.toString();
      done();
    },
  });
}

const streams = {stdout: sink('stdout'), stderr: sink('stderr')};
const {signal} = new AbortController();

const info = (json: boolean): Promise<number> =>
  runDataInfo(
    {keys: {source: 'auto'}, root, heads: ['Male', 'Smiling'], json, cacheFolder: root, signal},
    streams,
  );

const prepare = (...overrides: string[]): Promise<void> =>
  prepareData(
    tinyExperiment('data.split={train: 16, validation: 8}', ...overrides),
    {data: root, cacheFolder: root, signal, json: false},
    streams,
  );

describe('data info', () => {
  it('names a missing folder instead of printing anything', async () => {
    root = path.join(root, 'nowhere');
    await expect(info(false)).rejects.toMatchObject({exitCode: 3});
    expect(written.stdout).toBe('');
  });

  it('counts images, attributes, strata and what is missing', async () => {
    rmSync(path.join(root, 'img_align_celeba', '000003.jpg'));
    expect(await info(true)).toBe(0);
    expect(JSON.parse(written.stdout) as DataInfo).toMatchObject({
      layout: 'CelebA folder',
      images: 24,
      missing: 1,
      imageSize: {height: 54, width: 44, images: 23, lookedAt: 23},
      balance: {Male: 0.5, Smiling: 0.5},
      majority: {Male: 0.5, Smiling: 0.5},
      strata: {'Male=0 Smiling=0': 6, 'Male=1 Smiling=1': 6},
    });
  });

  it('says the same in words', async () => {
    await info(false);
    expect(written.stdout).toMatch(/24 images; official split: none; missing: 0/);
    expect(written.stdout).toContain('\nImage size: 54x44 (height x width)\n');
    expect(written.stdout).toMatch(/Male=1 Smiling=0 +6/);
    // The drawn faces have two attributes of their own labels: they are nobody's CelebA.
    expect(written.stdout).not.toContain('research only');
  });
});

describe('the people of a data set', () => {
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(path.join(root, name), `${lines.join('\r\n')}\r\n`);
  const names = Array.from({length: 24}, (_, at) => `${String(at + 1).padStart(6, '0')}.jpg`);

  it('are counted, and those in two parts of the split are said', async () => {
    write(
      'list_eval_partition.txt',
      names.map((name, at) => `${name} ${at < 16 ? 0 : at < 20 ? 1 : 2}`),
    );
    write(
      'identity_CelebA.txt',
      names.slice(1).map((name, at) => `${name} ${at >> 2}`),
    );
    await info(true);
    expect((JSON.parse(written.stdout) as DataInfo).identities).toEqual({
      people: 6,
      largest: 4,
      inTwoParts: 2,
      imagesInTwoParts: 8,
      unknown: 1,
    });
    await info(false);
    expect(written.stdout).toContain(
      '6 people, at most 4 images of one; 2 are in two parts of the official split, with 8 images, so',
    );
  });

  it('fail nothing where the file that names them is broken', async () => {
    write('identity_CelebA.txt', ['<html>404</html>']);
    expect(await info(false)).toBe(0);
    expect(written.stdout).toMatch(/note: .*identity_CelebA.txt is a web page/);
  });
});

describe('data cache', () => {
  const cache = (change: Partial<DataCacheOptions> = {}): Promise<number> =>
    runDataCache(
      {cacheFolder: root, json: true, maxSize: undefined, clear: false, now: Date.now(), ...change},
      streams,
    );
  type Answer = {files: {height: number; bytes: number; source: string}[]; removed: unknown[]};
  const answer = (): Answer => JSON.parse(written.stdout) as Answer;

  it('says that nothing is kept', async () => {
    await cache({json: false});
    expect(written.stdout).toMatch(/^no decoded images in /);
  });

  it('lists what is kept, and removes what is too much', async () => {
    await prepare();
    written.stdout = '';
    await cache();
    expect(answer().files).toMatchObject([{height: 18, width: 14}]);
    expect(answer().removed).toEqual([]);
    written.stdout = '';
    await cache({json: false});
    expect(written.stdout).toMatch(/18x14 .* CelebA folder/);
    written.stdout = '';
    await cache({maxSize: 1000});
    expect(answer()).toMatchObject({files: [], removed: [{height: 18}]});
  });

  it('removes tables and features, too, the least recently used first', async () => {
    const rows = (): Uint8Array => new Uint8Array(5_000);
    await cachedTable(root, ['features', 'old'], rows);
    const [old] = readdirSync(path.join(root, 'tables'));
    utimesSync(path.join(root, 'tables', old!), 1, 1);
    await cachedTable(root, ['features', 'new'], rows);
    await cache({json: false});
    expect(written.stdout).toContain('10 kB of label tables and features');
    await cache({maxSize: 6_000});
    expect(readdirSync(path.join(root, 'tables'))).toHaveLength(1);
    expect(existsSync(path.join(root, 'tables', old!))).toBe(false);
    await cache({clear: true});
    expect(readdirSync(path.join(root, 'tables'))).toEqual([]);
  });

  it.each([
    ['2GB', 2e9],
    ['500 MB', 5e8],
    ['1.5k', 1500],
    ['0', 0],
    ['lots', undefined],
    ['-1', undefined],
  ])('takes %s for a size', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });
});

describe('data prepare', () => {
  it('fails where a run would', async () => {
    await expect(prepare('data.split.train=100')).rejects.toMatchObject({exitCode: 3});
    expect(written.stdout).toBe('');
  });

  it('says what is ready, and talks on stderr', async () => {
    rmSync(path.join(root, 'img_align_celeba', '000003.jpg'));
    await prepare('data.split={train: 12, validation: 8}');
    expect(written.stdout).toMatch(/: 12 \+ 8 images of 18x14 are ready\n$/);
    expect(written.stderr).toContain('1 of 24 images are missing');
  });
});

describe('data preview', () => {
  const preview = (out: string, ...overrides: string[]): Promise<number> => {
    const folder = temporaryFolder();
    const text = tinyYaml.replace('train: 32, validation: 8', 'train: 16, validation: 8');
    writeFileSync(path.join(folder, 'tiny.yaml'), text);
    const request = {data: root, out, folder, cacheFolder: root, signal};
    return previewDataOf('tiny', overrides, request, streams);
  };

  it('writes images as they are beside changed ones', async () => {
    const file = path.join(root, 'preview.png');
    expect(await preview(file, 'training.augment={brightness: 0.5}')).toBe(0);
    expect(written.stdout).toContain('6 training images as they are, and in epochs 1 to 5');
    const {data, info: sheet} = await sharp(file).raw().toBuffer({resolveWithObject: true});
    const scale = 8;
    expect([sheet.height, sheet.width]).toEqual([(6 * 20 - 2) * scale, (6 * 16 - 2) * scale]);
    const firstRow = Array.from({length: 6}, (_, column) => data[column * 16 * scale * 3]!);
    expect(new Set(firstRow).size).toBeGreaterThan(4);
  });

  it('writes mixed images, and says for which network they are', async () => {
    const file = path.join(root, 'preview.png');
    const mixup = ['training.augment={mixup: 1}', 'model.kind=separate'];
    expect(await preview(file, ...mixup)).toBe(0);
    expect(written.stdout).toContain('in epochs 1 to 5 of Male');
    const {data} = await sharp(file).raw().toBuffer({resolveWithObject: true});
    const firstRow = Array.from({length: 6}, (_, column) => data[column * 16 * 8 * 3]!);
    expect(new Set(firstRow).size).toBeGreaterThan(4);
  });

  it('draws the first combination that changes images, and says that there are others', async () => {
    const file = path.join(root, 'preview.png');
    const matrix = 'matrix={training.augment.brightness: [0, 0.5], model.kind: [multi-output]}';
    expect(await preview(file, matrix)).toBe(0);
    expect(written.stderr).toContain(
      'note: this is tiny.brightness-0.5.multi-output, of 2 combinations. To see another one, set its values: --set KEY=VALUE',
    );
  });

  it('says how to change images where the experiment changes none', async () => {
    const file = path.join(root, 'preview.png');
    await expect(preview(file)).rejects.toThrow('training.augment is not set');
    expect(existsSync(file)).toBe(false);
  });

  it('names the file that it cannot write', async () => {
    writeFileSync(path.join(root, 'taken'), '');
    const file = path.join(root, 'taken', 'preview.png');
    await expect(preview(file, 'training.augment.flip=true')).rejects.toMatchObject({
      message: expect.stringContaining(file) as string,
      exitCode: 1,
    });
  });
});
