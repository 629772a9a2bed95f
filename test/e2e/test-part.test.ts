import {existsSync, readFileSync} from 'node:fs';
import {beforeAll, describe, expect, it} from 'vitest';
import {runFolders} from '../helpers/kills.js';
import {runProgram, type Finished} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

let data: string;
let cwd: string;
const run = (...args: string[]): Promise<Finished> =>
  runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {cwd});

beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 60});
  cwd = workplace();
});

describe('a run with a test part', () => {
  it('is measured on it, everywhere', async () => {
    const {code, stdout} = await run(
      ...['--set', 'data.split={train: 32, validation: 8, test: 12}'],
      ...['--set', 'expect=[Male.test.accuracy >= 0]'],
    );
    expect(code).toBe(0);
    expect(stdout).toContain('32 train, 8 validation, 12 test');
    expect(stdout).toMatch(/test: Male \d/);
    const [folder] = runFolders(cwd);
    const info = JSON.parse(readFileSync(folder!.info, 'utf8')) as unknown;
    expect(info).toMatchObject({images: {train: 32, validation: 8, test: 12}});
    const rows = readFileSync(folder!.predictions, 'utf8').trim().split('\n');
    expect(rows[0]).toBe('file,split,head,label,predicted,probability');
    const count = (part: string): number => rows.filter(row => row.includes(`,${part},`)).length;
    expect([count('validation'), count('test')]).toEqual([16, 24]);
    const compared = await runProgram(['compare', 'latest'], {cwd});
    expect(compared.stdout).toContain('n = 12 test images');
    expect(compared.stdout).not.toContain('also chose the epoch');
  });

  it('is not compared with a run without one', async () => {
    await run();
    const ids = runFolders(cwd).map(({id}) => id);
    const {stdout} = await runProgram(['compare', ...ids], {cwd});
    expect(stdout).toContain('are not compared: test images measure one and validation images the');
  });

  it('is asked for by the expectation about it', async () => {
    const {code, stderr} = await run('--set', 'expect=[Male.test.accuracy >= 0.9]');
    expect(code).toBe(2);
    expect(stderr).toContain(
      'Male.test.accuracy >= 0.9 is about the test part, but the split has none. Expected data.split.test, or Male.validation.',
    );
  });
});

describe('a run with slices', () => {
  it('ends at its start where the data lacks an attribute, with the nearest one', async () => {
    const {code, stdout, stderr} = await run('--set', 'evaluation.slices=[Smiling x male]');
    expect(code).toBe(3);
    expect(stdout + stderr).toContain('evaluation.slices: male is not an attribute of');
    expect(stdout + stderr).toContain('Did you mean Male?');
  });

  it('keeps the values of their attributes, and is compared by them', async () => {
    const {code} = await run(
      ...['--set', 'data.split={train: 16, validation: 4, test: 40}'],
      ...['--set', 'evaluation.slices=[Male, Male x Smiling]'],
    );
    expect(code).toBe(0);
    const folder = runFolders(cwd)
      .filter(({slices}) => existsSync(slices))
      .at(-1)!;
    const rows = readFileSync(folder.slices, 'utf8').trim().split('\n');
    expect(rows[0]).toBe('file,split,Male,Smiling');
    expect(rows).toHaveLength(1 + 4 + 40);
    // The first of these faces is neither, the second male, the third smiling, the fourth both.
    for (const row of rows.slice(1)) {
      const [file = '', , male, smiling] = row.split(',');
      const index = Number(file.slice(0, 6)) - 1;
      expect([male, smiling]).toEqual([String(index % 2), String(Math.floor(index / 2) % 2)]);
    }
    const {stdout} = await runProgram(['compare', folder.id], {cwd});
    expect(stdout).toContain('worst slice');
    expect(stdout).toMatch(/fewer than 20 test images: .*Male=0 Smiling=0/);
    const csv = await runProgram(['compare', folder.id, '--format', 'csv', '--rows', 'slices'], {
      cwd,
    });
    expect(csv.stdout.trim().split('\n')).toHaveLength(1 + 2 * (2 + 4));
  });
});
