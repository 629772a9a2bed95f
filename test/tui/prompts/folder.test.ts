import {mkdirSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {cleanup} from 'ink-testing-library';
import {afterEach, describe, expect, it, onTestFinished, vi} from 'vitest';
import {TuiController} from '../../../src/tui/controller.js';
import {followScreen} from '../../../src/tui/loading/follow-screen.js';
import {parseExperiment} from '../../../src/experiment/parse.js';
import {tinyYaml} from '../../helpers/experiments.js';
import {toParquet, toTfrecords} from '../../helpers/faces-layouts.js';
import {placeOf} from '../../../src/tui/prompts/folder.js';
import {DataProblems} from '../../../src/tui/services/data-problems.js';
import {mountApp, type Size} from '../../helpers/frames.js';
import {fixtureServices} from '../../helpers/interface-services.js';
import {temporaryFolder} from '../../helpers/temporary-folder.js';
import {writeTinyFaces} from '../../helpers/tiny-faces.js';

afterEach(cleanup);

const size = {columns: 100, rows: 30};

/** The interface on a machine without data, but for one folder among others. */
async function open(screenSize: Size = size) {
  const root = temporaryFolder();
  for (const name of ['holiday', 'home', '.hidden']) mkdirSync(path.join(root, name));
  writeFileSync(path.join(root, 'notes.txt'), '');
  const faces = await writeTinyFaces(path.join(root, 'faces'), {images: 8});
  const dataTask = vi.fn((..._question: unknown[]) => Promise.resolve('done'));
  const services = {
    ...fixtureServices({runs: temporaryFolder()}),
    dataProblem: new DataProblems('/nowhere').of,
    dataTask,
  };
  const controller = new TuiController(services);
  const {experiments} = controller.open();
  const unfollow = followScreen(controller);
  onTestFinished(unfollow);
  onTestFinished(() => controller.close());
  onTestFinished(() => services.queue.kill());
  await experiments;
  await expect
    .poll(() => controller.snapshot.get().dataProblems.size, {timeout: 20_000})
    .toBeGreaterThan(0);
  const mounted = mountApp(controller, screenSize);
  await mounted.press('jj');
  return {...mounted, controller, services, root, faces, dataTask};
}

describe('an experiment without data', () => {
  it.each([
    [60, 20],
    [80, 24],
    [120, 40],
    [200, 60],
  ])('says so and what to do, at %i columns and %i rows', async (columns, rows) => {
    const {frame} = await open({columns, rows});
    const text = frame().replaceAll(/[│\s]+/g, ' ');
    expect(text).toMatch(/▸ multi-output ✗ none/);
    expect(text).toContain('It cannot run here: /nowhere: no such folder.');
    expect(text).toContain('f fetches CelebA, o chooses the folder of the images.');
  });

  it('does not start: Enter offers to choose a folder or to fetch', async () => {
    const {press, frame, controller, services} = await open();
    await press('\r');
    expect(frame()).toContain('multi-output cannot run:');
    await press('o');
    expect(controller.state.prompt?.kind).toBe('folder');
    await press('\u001B[27u');
    await press('\r');
    await press('f');
    expect(controller.state.prompt?.kind).toBe('fetch');
    await press('\u001B[27u');
    await press('\r');
    await press('n');
    expect(services.queue.state.get().items).toEqual([]);
  });
});

describe('data that lacks heads of an experiment', () => {
  const ofYaml = (yaml: string) => parseExperiment(yaml, 'tiny.yaml');

  it('is told from data that has them, and from no data', async () => {
    const folder = await writeTinyFaces(path.join(temporaryFolder(), 'faces'), {images: 8});
    const problems = new DataProblems(folder);
    expect(await problems.of(ofYaml(tinyYaml))).toBeUndefined();
    const bald = tinyYaml.replace('[Male, Smiling]', '[Male, Bald, Bangs, Big_Nose, Chubby]');
    expect(await problems.of(ofYaml(bald))).toEqual({
      what: 'heads',
      text: `${folder} has no labels for Bald, Bangs, Big_Nose and 1 more. It has Male and Smiling.`,
    });
    expect(await problems.of(ofYaml(bald), '/nowhere')).toMatchObject({what: 'data'});
  });

  it.each([
    ['TFRecords', toTfrecords],
    ['parquet files', toParquet],
  ])('is told from %s', async (_, rewrite) => {
    const tiny = await writeTinyFaces(path.join(temporaryFolder(), 'faces'), {images: 8});
    const folder = rewrite(tiny);
    const problems = new DataProblems(folder);
    expect(await problems.of(ofYaml(tinyYaml))).toBeUndefined();
    const bald = tinyYaml.replace('[Male, Smiling]', '[Male, Bald]');
    expect(await problems.of(ofYaml(bald))).toEqual({
      what: 'heads',
      text: `${folder} has no labels for Bald. It has Male and Smiling.`,
    });
  });

  it('includes the attributes by which its images are sliced', async () => {
    const folder = await writeTinyFaces(path.join(temporaryFolder(), 'faces'), {images: 8});
    const yaml = `${tinyYaml}evaluation: {slices: [Male x Young]}\n`;
    expect((await new DataProblems(folder).of(ofYaml(yaml)))?.text).toContain(
      'has no labels for Young. It has',
    );
  });

  it('whose label file is broken is told with the line', async () => {
    const folder = await writeTinyFaces(path.join(temporaryFolder(), 'faces'), {images: 8});
    writeFileSync(path.join(folder, 'list_attr_celeba.txt'), '2\n000001.jpg 1 1\n');
    expect(await new DataProblems(folder).of(ofYaml(tinyYaml))).toMatchObject({
      what: 'data',
      text: expect.stringContaining('list_attr_celeba.txt:2: Expected the names') as string,
    });
  });
});

describe('the choice of a data folder', () => {
  it('leads through folders with arrows and Enter, and is used by the next starts', async () => {
    const {press, frame, controller, services, root, faces} = await open();
    await press('o');
    await press(`\u0015${root}/`);
    await expect.poll(frame).toContain(`▸Use ${root}`);
    expect(frame()).toMatch(/faces\/[^]*holiday\/[^]*home\//);
    expect(frame()).not.toContain('hidden');
    expect(frame()).not.toContain('notes.txt');
    await press('\u001B[B');
    await press('\r');
    await expect.poll(frame).toContain(`▸Use ${faces}`);
    await press('\r');
    await expect.poll(() => controller.state.dataFolder).toBe(faces);
    expect(frame()).toContain(`The next starts read ${faces}.`);
    await press('k');
    expect(frame()).toContain(' · data: ');
    await expect.poll(frame).toMatch(/multi-output +✓ found/);
    await press('j');
    await press('\r');
    await expect.poll(() => services.queue.state.get().items).toHaveLength(1);
    expect(services.queue.state.get().items[0]?.job.experiment.data.root).toBe(faces);
  });

  it('completes what is typed with Tab, as far as names agree', async () => {
    const {press, frame, controller, root} = await open();
    await press('o');
    await press(`\u0015${root}/h`);
    await expect.poll(frame).toContain('holiday/');
    await press('\t');
    expect(controller.state.prompt?.text).toBe(`${root}/ho`);
    await press('l\t');
    expect(controller.state.prompt?.text).toBe(`${root}/holiday/`);
    await press('x');
    await expect.poll(frame).toContain('There is no such folder.');
  });

  it('refuses a folder without data, says what it holds, and stays open', async () => {
    const {press, frame, controller, root} = await open();
    await press('o');
    await press(`\u0015${root}/holiday/`);
    await expect.poll(frame).toContain(`▸Use ${root}/holiday`);
    await press('\r');
    await expect.poll(() => frame().replaceAll(/[│\s]+/g, ' ')).toContain('The folder is empty.');
    expect(controller.state.dataFolder).toBeUndefined();
    await press(`\u0015${root}/nowhere/below/it/`);
    await expect
      .poll(() => frame().replaceAll(/[│\s]+/g, ' '))
      .toContain(`There is no folder ${root}/nowhere/below/it. Enter goes to ${root}`);
    expect(frame()).not.toContain('ENOENT');
    await press('\r');
    expect(controller.state.prompt?.text).toBe(`${root}/`);
    await press('\u001B[27u');
    expect(controller.state.prompt).toBeUndefined();
  });
});

describe('the download of CelebA', () => {
  it.each([
    [60, 20],
    [80, 24],
    [200, 60],
  ])('shows all of the licence first, at %i columns and %i rows', async (columns, rows) => {
    const {press, frame} = await open({columns, rows});
    await press('f');
    const text = frame().replaceAll(/[│\s]+/g, ' ');
    expect(text).toContain('CelebA may be used for non-commercial research only.');
    expect(text).toContain('The agreement: https://mmlab.ie.cuhk.edu.hk/projects/CelebA.html');
    expect(text).toContain('▸Do not download');
  });

  it('is cancelled with Esc on the screen of the data, once that is confirmed', async () => {
    const {press, frame, dataTask, controller} = await open();
    dataTask.mockImplementation(
      (...question) =>
        new Promise((_resolve, reject) => {
          const signal = question.at(-1) as AbortSignal;
          signal.addEventListener('abort', () => reject(signal.reason as Error));
        }),
    );
    await press('f');
    await press('\u001B[B');
    await press('\r');
    await expect.poll(() => controller.snapshot.get().data.task?.what).toBe('fetch');
    await press('6');
    await expect.poll(frame).toContain('Esc cancels');
    await press('\u001B[27u');
    await press('n');
    expect(controller.snapshot.get().data.task).toBeDefined();
    await press('\u001B[27u');
    await press('y');
    await expect.poll(frame).toContain('Cancelled. What was downloaded stays: fetch again');
    expect(controller.snapshot.get().data.task).toBeUndefined();
  });

  it('begins once it is accepted, and not by keys that come together', async () => {
    const {press, dataTask, controller} = await open();
    await press('f');
    await press('\r');
    expect(controller.state.prompt).toBeUndefined();
    await press('f');
    await press('\u0015faces\u001B[B\r');
    expect(dataTask).not.toHaveBeenCalled();
    await press('\r');
    await expect.poll(() => dataTask.mock.calls).toHaveLength(1);
    expect(dataTask.mock.calls[0]?.slice(0, 2)).toMatchObject(['fetch', {data: 'faces'}]);
  });
});

describe('a typed path', () => {
  it.each([
    ['/photos/celeba//etc/ho', '/etc', 'ho'],
    ['./photos//etc/', '/etc', ''],
    ['/photos/~backup/x', '/photos/~backup', 'x'],
  ])('starts anew after two slashes: %s', (text, folder, prefix) => {
    expect(placeOf(text)).toEqual({folder, prefix});
  });
});
