import {readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, it} from 'vitest';
import {writeLabelledImages, writeOwnImage} from '../helpers/own-images.js';
import {runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

it('goes from a folder of PNGs of odd sizes to a verdict', {timeout: 240_000}, async () => {
  const cwd = temporaryFolder();
  const photos = path.join(cwd, 'my photos');
  await writeLabelledImages(
    photos,
    120,
    'Photo,Red,Bright,Taken',
    (name, {red, bright}, index) =>
      `${name},${index % 6 === 0 ? 'NA' : red === 1 ? 'yes' : 'No'},${bright * 2 - 1},${index}`,
  );
  const info = await runProgram(['data', 'info', '--data', 'my photos'], {cwd});
  expect(info.stderr).toBe('');
  expect(info.stdout).toContain("celeba-tui init --from '");
  expect(info.stdout).toContain('heads: [Red, Bright]');
  expect(info.stdout).toMatch(/not a head: .*Taken has 120 values/);
  const init = await runProgram(['init', '--from', 'my photos'], {cwd});
  expect(init).toMatchObject({code: 0, stderr: ''});
  expect(init.stdout).toContain('Next: celeba-tui run my-photos');
  const file = readFileSync(path.join(cwd, 'experiments', 'my-photos.yaml'), 'utf8');
  expect(file).toContain('root: my photos\n');
  const again = await runProgram(['init', '--from', 'my photos'], {cwd});
  expect(again).toMatchObject({code: 2});
  expect(again.stderr).toContain('experiments/my-photos.yaml exists.');
  const epochs = ['--set', 'training.epochs=6'];
  const run = await runProgram(['run', 'my-photos', '--ci', ...epochs], {cwd});
  expect(run.code).toBe(0);
  expect(run.stdout).toMatch(/separate .*(Red|Bright).*n = 24 test images/s);
  expect(run.stdout).toMatch(/Red is known for \d+ of 84 train images/);
  expect(run.stdout).not.toContain('CelebA is for');
});

it('asks of a folder for each class whether mirrored images help', {timeout: 240_000}, async () => {
  const cwd = temporaryFolder();
  for (let index = 0; index < 40; index++) {
    const name = index % 2 === 0 ? 'grey' : 'red';
    const file = path.join(cwd, 'colours', name, `${index}.png`);
    await writeOwnImage(file, {red: index % 2, bright: 0}, index);
  }
  const init = await runProgram(['init', '--from', 'colours'], {cwd});
  expect(init).toMatchObject({code: 0, stderr: ''});
  const file = readFileSync(path.join(cwd, 'experiments', 'colours.yaml'), 'utf8');
  expect(file).toContain('# class: 0 is grey, 1 is red.\n');
  const epochs = ['--set', 'training.epochs=2'];
  const run = await runProgram(['run', 'colours', '--ci', ...epochs], {cwd});
  expect(run.code).toBe(0);
  expect(run.stdout).toContain('flip-true');
});

it(
  'trains, compares, predicts, splits and exports heads of three and two classes',
  {timeout: 400_000},
  async () => {
    const cwd = temporaryFolder();
    const kindAt = (index: number): string => ['plain', 'red', 'lit'][index % 3]!;
    await writeLabelledImages(
      path.join(cwd, 'photos'),
      120,
      'image,kind,Bright',
      (name, {bright}, index) => `${name},${index % 10 === 0 ? '' : kindAt(index)},${bright}`,
    );
    for (let index = 0; index < 120; index++) {
      const file = path.join(cwd, 'photos', `album ${index % 3}/Photo ${index} ü.png`);
      const kind = kindAt(index);
      await writeOwnImage(
        file,
        {red: Number(kind === 'red'), bright: Number(kind === 'lit')},
        index,
      );
    }
    const start = (...args: string[]): ReturnType<typeof runProgram> => runProgram(args, {cwd});
    expect(await start('init', '--from', 'photos')).toMatchObject({code: 0, stderr: ''});
    const file = readFileSync(path.join(cwd, 'experiments', 'photos.yaml'), 'utf8');
    expect(file).toContain('kind: [lit, plain, red]');
    const check = await start('check', 'photos');
    expect(check.stdout).toMatch(/kind \(Dense\).*\(None, 3\)/);
    const epochs = ['--set', 'training.epochs=6'];
    const run = await start('run', 'photos', '--ci', ...epochs);
    expect(run).toMatchObject({code: 0});
    expect(run.stdout).toContain('predicted plain');
    const compare = await start('compare', 'latest', 'photos.separate', '--metric', 'f1');
    expect(compare.code).toBe(0);
    const roc = await start('compare', 'latest', 'photos.separate', '--metric', 'roc-auc');
    expect(roc.stdout).toContain('ROC-AUC is not defined for kind of');
    expect(roc.stdout).toContain('it needs two classes');
    const report = await start(
      'report',
      'latest',
      'photos.separate',
      '--out',
      'page.html',
      '--faces',
    );
    expect(report).toMatchObject({code: 0});
    expect(readFileSync(path.join(cwd, 'page.html'), 'utf8')).toContain('predicted lit');
    const image = path.join('photos', 'album 1', 'Photo 1 ü.png');
    const predicted = await start('predict', 'latest', image, '--json');
    const {heads} = JSON.parse(predicted.stdout) as {heads: Record<string, {predicted: unknown}>};
    expect(['lit', 'plain', 'red']).toContain(heads['kind']?.predicted);
    expect([0, 1]).toContain(heads['Bright']?.predicted);
    expect(await start('split', 'latest')).toMatchObject({code: 0});
    for (const format of ['onnx', 'savedmodel', 'tfjs'])
      expect(await start('export', 'latest', '--format', format)).toMatchObject({code: 0});
  },
);
