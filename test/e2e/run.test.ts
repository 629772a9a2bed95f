import {existsSync, readFileSync, readdirSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {decodeEvent} from '../../src/runs/events.js';
import {RunFolder} from '../../src/runs/run-folder.js';
import {readRun} from '../../src/runs/run-record.js';
import {initialRunState, reduceRun} from '../../src/runs/run-state.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runProgram, type Finished, type ProgramOptions} from '../helpers/program.js';
import {workplace} from '../helpers/workplace.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {
    images: 40,
  });
});

const run = (cwd: string, args: readonly string[] = [], options: Partial<ProgramOptions> = {}) =>
  runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {cwd, ...options});

function runFolders(cwd: string): RunFolder[] {
  return readdirSync(path.join(cwd, 'runs'))
    .filter(name => /^\d{8}-/.test(name))
    .sort()
    .map(name => new RunFolder(path.join(cwd, 'runs', name)));
}

const nameOf = ({id}: RunFolder): string => id.split('-').slice(2, -1).join('-');

describe('a headless run', () => {
  it('learns, writes every file of the contract, and ends with 0', async () => {
    const cwd = workplace(
      `${tinyYaml}expect: [Male.validation.accuracy >= 0.8]\n`.replace('epochs: 2', 'epochs: 30'),
    );
    const {code, stdout, stderr} = await run(cwd, [
      '--set',
      'training.optimizer.adam.learningRate=0.003',
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toContain('train  multi-output (graph step)');
    expect(stdout).not.toContain('\u001b');
    const [folder] = runFolders(cwd);
    expect(readdirSync(folder!.path).sort()).toEqual([
      'checkpoints',
      'events.jsonl',
      'experiment.yaml',
      'metrics.csv',
      'models',
      'predictions.csv',
      'run.json',
      'summary.txt',
      'tensorboard',
      'trainer.log',
    ]);
    expect(readdirSync(folder!.model('multi-output')).sort()).toEqual([
      'model.json',
      'weights.bin',
    ]);
    expect(readFileSync(folder!.predictions, 'utf8').trim().split('\n')).toHaveLength(1 + 8 * 2);
    expect(readFileSync(folder!.metrics, 'utf8').trim().split('\n')).toHaveLength(1 + 30 * 2 * 2);
    const record = await readRun(folder!);
    expect(record.status).toBe('completed');
    expect(record.state.models[0]?.inference?.batchImages).toBe(8);
    expect(record.state.models[0]?.inference?.imageMs).toBeGreaterThan(0);
  });

  describe('of three designs', () => {
    const cwd = workplace(
      `${tinyYaml}matrix: {model.kind: [separate, multi-output, concatenated]}\n`,
    );
    let finished: Finished;
    beforeAll(async () => {
      finished = await run(cwd);
    });

    it('compares what was run together, without being asked', async () => {
      const {stdout, stderr} = finished;
      expect(stdout).toMatch(
        /run +model.kind +parameters +time +images\/s +on disk +1 image .*Male \(95 %\)/,
      );
      expect(stderr).toContain('The comparison is in');
      const [comparison] = readdirSync(path.join(cwd, 'runs', 'comparisons'));
      expect(readdirSync(path.join(cwd, 'runs', 'comparisons', comparison!)).sort()).toEqual([
        'comparison.csv',
        'comparison.html',
        'comparison.json',
        'comparison.md',
        'heads.csv',
        'pairs.csv',
      ]);
      const listed = await runProgram(['list'], {cwd});
      expect(listed.stdout).toContain('completed Male');
      const compared = await runProgram(['compare', 'tiny', 'latest', '--format', 'csv'], {cwd});
      expect(compared.stdout.trim().split('\n')).toHaveLength(4);
    });

    it('warns where the comparison cannot be drawn: its numbers and the runs are there', async () => {
      const comparisons = path.join(cwd, 'runs', 'comparisons');
      const drawn = readdirSync(comparisons);
      const broken = new URL('../fixtures/without-vega.mjs', import.meta.url).href;
      const {code, stderr} = await run(cwd, ['--needed'], {
        env: {NODE_OPTIONS: `--import ${broken}`},
      });
      expect(code).toBe(0);
      expect(stderr).toContain(
        'warning: the comparison was not saved completely: comparison.html cannot be',
      );
      const ids = runFolders(cwd).map(({id}) => id);
      for (const id of ids) expect(stderr).toMatch(new RegExp(`report .*${id}`));
      const [comparison] = readdirSync(comparisons).filter(name => !drawn.includes(name));
      const files = readdirSync(path.join(comparisons, comparison!));
      expect(files).toContain('comparison.json');
      expect(files).not.toContain('comparison.html');
      const again = await runProgram(['report', ...ids], {cwd});
      expect(again).toMatchObject({code: 0, stderr: ''});
    });

    it('gives the same bytes again, of predictions, metrics and weights', async () => {
      await run(cwd);
      // By experiment: two runs may begin in the same second.
      const folders = runFolders(cwd).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
      expect(folders).toHaveLength(6);
      const contents = folders.map(folder => ({
        name: nameOf(folder),
        predictions: readFileSync(folder.predictions, 'utf8'),
        metrics: readFileSync(folder.metrics, 'utf8').replaceAll(/,[^,]*$/gm, ''),
        weights: readdirSync(path.join(folder.path, 'models')).map(name =>
          readFileSync(path.join(folder.model(name), 'weights.bin'), 'hex'),
        ),
      }));
      for (const index of [0, 2, 4]) expect(contents[index + 1]).toEqual(contents[index]);
    });
  });

  it('prints with --json the very lines of its log, and they fold to the same state', async () => {
    const cwd = workplace();
    const {stdout} = await run(cwd, ['--json']);
    const [folder] = runFolders(cwd);
    expect(stdout).toBe(readFileSync(folder!.events, 'utf8'));
    const events = stdout
      .trim()
      .split('\n')
      .map(line => decodeEvent(line)!);
    expect(events.map(({seq}) => seq)).toEqual(events.map((_, index) => index + 1));
    expect(events.reduce(reduceRun, initialRunState(folder!.id))).toEqual(
      (await readRun(folder!)).state,
    );
  });

  it('repeats with other seeds on the same images', async () => {
    const cwd = workplace();
    await run(cwd, ['--repeat', '2']);
    const [first, second] = runFolders(cwd).map(folder => readFileSync(folder.predictions, 'utf8'));
    const files = (text: string): string[] =>
      text.split('\n').map(line => line.split(',').slice(0, 3).join());
    expect(files(second!)).toEqual(files(first!));
    expect(second).not.toBe(first);
  });

  it('stops early and keeps the best weights', async () => {
    const cwd = workplace(
      tinyYaml
        .replace('epochs: 2', 'epochs: 60')
        .replace('seed: 3', 'seed: 3, earlyStopping: {patience: 2, minDelta: 0.05}'),
    );
    const {stdout, code} = await run(cwd);
    expect(code).toBe(0);
    expect(stdout).toContain('stopped early');
    const {state} = await readRun(runFolders(cwd)[0]!);
    const [model] = state.models;
    expect(model!.history.length).toBeLessThan(60);
    expect(model!.final!.validation).toEqual(
      model!.history.find(({epoch}) => epoch === model!.bestEpoch)!.validation,
    );
  });
});

describe('a run that goes wrong', () => {
  it.each<[string, string, string[], number, string]>([
    [
      'an expectation that is not met',
      `${tinyYaml}expect: [Male.validation.accuracy > 1]\n`,
      [],
      1,
      'expected Male.validation.accuracy > 1; it was',
    ],
    [
      'a loss that is no number',
      tinyYaml,
      [
        '--set',
        'training.optimizer.sgd.learningRate=100',
        '--set',
        'training.epochs=40',
        '--set',
        'model.layers[0].conv2d.activation=linear',
        '--set',
        'model.layers[3].dense.activation=linear',
      ],
      1,
      'became',
    ],
    [
      'an unknown attribute',
      tinyYaml,
      ['--set', 'data.heads=[Male, Smile]'],
      3,
      'Smile is not an attribute',
    ],
    ['an invalid file', tinyYaml.replace('epochs', 'epoch'), [], 2, 'Did you mean epochs?'],
    [
      'a kernel that does not fit',
      tinyYaml,
      ['--set', 'data.image.size=[2, 2]'],
      2,
      'tiny.yaml:10:7: model.layers[0].conv2d: In tiny: a 3x3 kernel does not fit',
    ],
    ['an unknown flag', tinyYaml, ['--datta', 'x'], 2, 'Did you mean --data?'],
  ])('%s: one clear message and its exit code', async (_what, yaml, args, code, message) => {
    const cwd = workplace(yaml);
    const finished = await run(cwd, args);
    expect(finished.stdout + finished.stderr).toContain(message);
    expect(finished.stdout + finished.stderr).not.toMatch(/\n +at /);
    expect(finished.code).toBe(code);
    if (code === 2) expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
  });

  it('without data says so, with exit code 3 and a remedy', async () => {
    const {code, stderr} = await runProgram(['run', 'tiny', '--ci'], {cwd: workplace()});
    expect(code).toBe(3);
    expect(stderr).toContain('data/celeba: no such folder');
    expect(stderr).toContain('--set data.source=sample');
  });

  it('by its command is told the nearest one', async () => {
    const {code, stderr} = await runProgram(['rnu'], {cwd: workplace()});
    expect(code).toBe(2);
    expect(stderr).toContain('rnu is not a command');
    expect(stderr).toContain('Did you mean run?');
  });

  const long = ['--set', 'training.epochs=100000'];

  it('is a crashed run with exit code 4 when its trainer is killed, and says where the log is', async () => {
    const cwd = workplace();
    let killed = false;
    const {code, stdout} = await run(cwd, ['--json', ...long], {
      onOutput: text => {
        const pid = /"pid":(\d+)/.exec(text)?.[1];
        if (!killed && pid !== undefined && text.includes('epoch.ended'))
          killed = process.kill(Number(pid), 'SIGKILL');
      },
    });
    expect(code).toBe(4);
    expect(stdout).toContain('was ended by SIGKILL');
    expect((await readRun(runFolders(cwd)[0]!)).status).toBe('crashed');
  });

  it('trains until a checkpoint when its parent is killed', async () => {
    const cwd = workplace();
    await run(cwd, long, {
      onOutput: (text, child) => text.includes('epoch  ') && child.kill('SIGKILL'),
    });
    const [folder] = runFolders(cwd);
    await expect
      .poll(async () => (await readRun(folder!)).status, {timeout: 10_000})
      .toBe('interrupted');
    expect(existsSync(path.join(folder!.checkpoints, 'latest.checkpoint'))).toBe(true);
  });
});
