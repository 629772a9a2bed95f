import {copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {spawnSync} from 'node:child_process';
import path from 'node:path';
import {PassThrough} from 'node:stream';
import sharp from 'sharp';
import {beforeAll, describe, expect, it} from 'vitest';
import {findModels} from '../../../src/app/models.js';
import {runPredict} from '../../../src/cli/predict.js';
import {program, runProgram, type Finished} from '../../helpers/program.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {trainTinyRuns, type TrainedRuns} from '../../helpers/trained-runs.js';
import {expectSamePredictions} from '../../helpers/same-predictions.js';

let trained: TrainedRuns;
beforeAll(async () => {
  trained = await trainTinyRuns();
});

const predict = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> =>
  runProgram(['predict', ...args], {cwd: trained.cwd, env});
const image = (number: number): string =>
  path.join(trained.images, `${String(number).padStart(6, '0')}.jpg`);

type Answer = {
  readonly file: string;
  readonly error?: string;
  readonly heads?: Record<string, {readonly predicted: number; readonly probability: number}>;
};
async function answers(...args: string[]): Promise<Answer[]> {
  const {stdout} = await predict(['multi-output', ...args, '--json']);
  return stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Answer);
}

describe('predict', () => {
  it.each(['separate', 'multi-output', 'concatenated'] as const)(
    'says of the validation images of a %s run what the run said, whatever the size of a batch',
    async kind => {
      const run = trained.runs[kind];
      const rows = readFileSync(run.predictions, 'utf8').trim().split('\n').slice(1);
      const wanted = rows.map(row =>
        row.split(',').filter((_, column) => column !== 1 && column !== 3),
      );
      const files = [...new Set(wanted.map(([file]) => path.join(trained.images, file ?? '')))];
      const batch = {
        separate: [],
        'multi-output': ['--batch', '1'],
        concatenated: ['--batch', '3'],
      };
      const {stdout, code} = await predict([run.id, ...files, '--csv', ...batch[kind]]);
      expect(code).toBe(0);
      const got = stdout.trim().split('\n').slice(1);
      expectSamePredictions(
        got.map(row => row.split(',').slice(0, -1).join()).join('\n'),
        wanted
          .map(([file = '', ...rest]) => [path.join(trained.images, file), ...rest].join())
          .join('\n'),
      );
    },
  );

  it('finds the models of a run by its id, prefix, experiment or folder, and those in a folder', async () => {
    const {id, path: folder} = trained.runs['multi-output'];
    const runs = path.join(trained.cwd, 'runs');
    const [model] = (await findModels('latest', runs)).models;
    // Of runs of one second, the last by name.
    const newest = readdirSync(runs)
      .filter(name => /^\d/.test(name))
      .sort()
      .at(-1)!;
    expect(model?.folder).toContain(newest);
    const names = [id, id.slice(0, -2), 'multi-output', folder];
    for (const name of [...names, path.join(folder, 'models'), folder + '/models/multi-output']) {
      const {models} = await findModels(name, runs);
      expect(models.map(found => found.folder)).toEqual([
        trained.runs['multi-output'].model('multi-output'),
      ]);
    }
    const single = await predict([path.join(folder, 'models'), image(1), '--json']);
    expect(single.stdout).toBe((await predict([id, image(1), '--json'])).stdout);
  });

  it('continues after images that cannot be used, and ends with 3', async () => {
    const folder = temporaryFolder();
    const [page, torn, cmyk] = ['page.jpg', 'torn.jpg', 'print.jpg'].map(name =>
      path.join(folder, name),
    ) as [string, string, string];
    writeFileSync(page, '<!DOCTYPE html><title>404</title>');
    writeFileSync(torn, readFileSync(image(1)).subarray(0, 600));
    await sharp(image(2)).toColourspace('cmyk').jpeg().toFile(cmyk);
    const given = [page, image(1), torn, 'missing.jpg', cmyk, trained.images];
    const found = await answers(...given);
    expect(found.slice(0, 5).map(({error}) => error ?? 'none')).toEqual([
      'it is a web page, not an image',
      'none',
      'it is cut off in the middle',
      'there is no such file',
      'none',
    ]);
    expect(found).toHaveLength(5 + 40);
    const {code, stderr, stdout} = await predict(['multi-output', ...given]);
    expect(code).toBe(3);
    expect(stderr).toContain('3 of 45 images could not be read');
    expect(stdout).toMatch(/missing\.jpg +there is no such file/);
  });

  it('turns images upright, and takes grey, transparent and 16-bit ones', async () => {
    const folder = temporaryFolder();
    const made = ['lossless.png', 'turned.png', 'alpha.png', 'deep.png', 'grey.png', 'grey3.png'];
    const [lossless, turned, alpha, deep, grey, grey3] = made.map(name =>
      path.join(folder, name),
    ) as [string, string, string, string, string, string];
    await sharp(image(2)).png().toFile(lossless);
    await sharp(lossless).rotate(90).withMetadata({orientation: 8}).png().toFile(turned);
    await sharp(lossless).ensureAlpha().png().toFile(alpha);
    await sharp(lossless).toColourspace('rgb16').png().toFile(deep);
    await sharp(lossless).greyscale().png().toFile(grey);
    await sharp(grey).toColourspace('srgb').png({palette: false}).toFile(grey3);
    const found = await answers(lossless, turned, alpha, deep, grey, grey3);
    expect(found.map(({error}) => error)).toEqual(made.map(() => undefined));
    const heads = found.map(answer => answer.heads);
    expect([heads[1], heads[2], heads[3]]).toEqual([heads[0], heads[0], heads[0]]);
    expect(heads[5]).toEqual(heads[4]);
    expect(heads[4]).not.toEqual(heads[0]);
  });

  it('stretches images of other proportions as training does, and cuts their centre when told', async () => {
    const folder = temporaryFolder();
    const [framed, whole] = [path.join(folder, 'framed.png'), path.join(folder, 'whole.png')];
    await sharp(image(1)).png().toFile(whole);
    await sharp(whole).extend({left: 40, right: 40, background: '#00ff00'}).toFile(framed);
    const stretched = await answers(whole, framed);
    expect(stretched[1]!.heads).not.toEqual(stretched[0]!.heads);
    const cropped = await answers(whole, framed, '--fit', 'crop');
    for (const [head, {probability}] of Object.entries(cropped[1]!.heads!))
      expect(probability).toBeCloseTo(stretched[0]!.heads![head]!.probability, 2);
    const {stderr} = await predict(['multi-output', framed]);
    expect(stderr).toContain('1 of 1 images differ in proportions');
  });

  it('reads the bytes of an image, or a list of names, from standard input', () => {
    const piped = (args: readonly string[], input: string | Buffer): string =>
      spawnSync(process.execPath, [program, 'predict', 'multi-output', '--json', ...args], {
        cwd: trained.cwd,
        input,
      }).stdout.toString();
    const [fromBytes] = [piped(['-'], readFileSync(image(5)))];
    const fromList = piped(['--files-from', '-'], `${image(5)}\n`);
    const fromNul = piped(['--files-from', '-'], `${image(5)}\0`);
    expect(fromNul).toBe(fromList);
    expect(fromBytes.replace('"-"', JSON.stringify(image(5)))).toBe(fromList);
    expect(piped(['-'], '')).toContain('standard input is empty');
  });

  it('answers thousands in their order, whichever of its processes each image went to', async () => {
    const once = Array.from({length: 40}, (_, index) => image(index + 1));
    const names = Array.from({length: 80}, () => once).flat();
    const list = path.join(temporaryFolder(), 'names.txt');
    writeFileSync(list, names.join('\n'));
    const {stdout, code} = await predict(['multi-output', '--files-from', list, '--json']);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map(line => (JSON.parse(line) as Answer).file)).toEqual(names);
    const first = lines.slice(0, 40);
    lines.forEach((line, index) => expectSamePredictions(line, first[index % 40] as string));
  });

  it('says on a terminal how far it is, while the answers go elsewhere', async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()];
    Object.assign(stderr, {isTTY: true});
    const flags = {
      runs: path.join(trained.cwd, 'runs'),
      json: false,
      csv: true,
      fit: 'stretch',
    } as const;
    const deps = {env: process.env, signal: new AbortController().signal, isTerminal: false};
    const streams = {stdout, stderr};
    expect(await runPredict('multi-output', [trained.images], flags, streams, deps)).toBe(0);
    expect(String(stderr.read())).toMatch(/predicting \[.*\] \d+\/40/);
    expect(String(stdout.read())).not.toContain('predicting');
  });

  it('shows no control characters of a name, and keeps the name in JSON', async () => {
    const folder = temporaryFolder();
    const name = path.join(folder, 'a\u001b[31m\u009bb\n.jpg');
    copyFileSync(image(1), name);
    const {stdout} = await predict(['multi-output', folder]);
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/[\u001b\u009b]/);
    expect(stdout.trim().split('\n')).toHaveLength(2);
    const json = await predict(['multi-output', folder, '--json']);
    expect(json.stdout).not.toContain('\u009b');
    expect((JSON.parse(json.stdout) as Answer).file).toBe(name);
  });

  it('answers the same without the native library, as nearly as two decoders agree', async () => {
    const file = path.join(temporaryFolder(), 'lossless.png');
    await sharp(image(3)).png().toFile(file);
    for (const run of [trained.runs['multi-output'].id, trained.runs.concatenated.id]) {
      const [native, plain] = await Promise.all(
        [{}, {CELEBA_TUI_CACHE: temporaryFolder()}].map(async env => {
          const {stdout} = await predict([run, file, '--json'], env);
          return JSON.parse(stdout) as Answer;
        }),
      );
      for (const [head, {probability}] of Object.entries(native!.heads!))
        expect(plain!.heads![head]!.probability).toBeCloseTo(probability, 5);
    }
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['no such run', () => ['separat', 'x.jpg'], 2, /no such run[\s\S]*Did you mean separate/],
    ['no image named', () => ['latest'], 2, /no image given/],
    ['a folder without images', () => ['latest', 'experiments'], 3, /there is no image/],
    ['two formats', () => ['latest', 'x.jpg', '--json', '--csv'], 2, /cannot be used with/],
    ['no batch at all', () => ['latest', 'x.jpg', '--batch', '0'], 2, /whole number from 1/],
    [
      'input that is both',
      () => ['latest', '-', '--files-from', '-'],
      2,
      /cannot be both an image/,
    ],
    ['a list that is not there', () => ['latest', '--files-from', 'nix'], 3, /cannot be read/],
    ['a model that is not whole', () => [brokenModel(), 'x.jpg'], 2, /weights has the wrong size/],
  ])('%s: one clear message and its exit code', async (_what, args, code, message) => {
    const finished = await predict(args());
    expect(finished.stderr).toMatch(message);
    expect(finished.stderr).not.toMatch(/\n +at /);
    expect(finished.stdout).toBe('');
    expect(finished.code).toBe(code);
  });
});

function brokenModel(): string {
  const folder = path.join(trained.cwd, 'broken');
  mkdirSync(folder, {recursive: true});
  const whole = trained.runs['multi-output'].model('multi-output');
  copyFileSync(path.join(whole, 'model.json'), path.join(folder, 'model.json'));
  const weights = readFileSync(path.join(whole, 'weights.bin'));
  writeFileSync(path.join(folder, 'weights.bin'), weights.subarray(0, 100));
  return folder;
}
