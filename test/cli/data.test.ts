import {rmSync} from 'node:fs';
import path from 'node:path';
import {Writable} from 'node:stream';
import {beforeEach, describe, expect, it} from 'vitest';
import {runDataInfo, runDataPrepare} from '../../src/cli/data.js';
import type {DataInfo} from '../../src/data/info.js';
import {tinyExperiment} from '../helpers/experiments.js';
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
    {source: 'auto', root, heads: ['Male', 'Smiling'], json, cacheFolder: root, signal},
    streams,
  );

const prepare = (...overrides: string[]): Promise<number> => {
  const {data: definition} = tinyExperiment('data.split={train: 16, validation: 8}', ...overrides);
  return runDataPrepare(
    {definition, root, seed: 1, cacheFolder: root, signal, json: false},
    streams,
  );
};

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
      balance: {Male: 0.5, Smiling: 0.5},
      majority: {Male: 0.5, Smiling: 0.5},
      strata: {'Male=0 Smiling=0': 6, 'Male=1 Smiling=1': 6},
    });
  });

  it('says the same in words', async () => {
    await info(false);
    expect(written.stdout).toMatch(/24 images; official split: none; missing: 0/);
    expect(written.stdout).toMatch(/Male=1 Smiling=0 +6/);
    expect(written.stdout).toMatch(/note: CelebA is for non-commercial research only/);
  });
});

describe('data prepare', () => {
  it('fails where a run would', async () => {
    await expect(prepare('data.split.train=100')).rejects.toMatchObject({exitCode: 3});
    expect(written.stdout).toBe('');
  });

  it('says what is ready, and talks on stderr', async () => {
    expect(await prepare()).toBe(0);
    expect(written.stdout).toMatch(/: 16 \+ 8 pictures of 18x14 are ready\n$/);
    expect(written.stderr).toContain('note: CelebA is for non-commercial research only');
  });
});
