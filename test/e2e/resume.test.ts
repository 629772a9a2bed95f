import {copyFileSync, existsSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {readRunInfo} from '../../src/runs/run-info.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {readRun} from '../../src/runs/run-record.js';
import {CHECKPOINT_NAME} from '../../src/training/checkpoint.js';
import {tinyYaml} from '../helpers/experiments.js';
import {isNumbered, resultOf, runFolders} from '../helpers/kills.js';
import {descendants, signal} from '../helpers/processes.js';
import {runProgram, type Finished} from '../helpers/program.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {
    images: 40,
  });
});

const matrix = `${tinyYaml}matrix: {training.seed: [1, 2]}\n`;
/** Long enough that a kill comes before its end, however late it is noticed. */
const long = matrix.replace('epochs: 2', 'epochs: 60');
const start = (cwd: string, ...args: string[]): Promise<Finished> =>
  runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {cwd});

/** Starts, and kills everything as soon as the output has this in it. */
function killedAt(cwd: string, text: string, ...args: string[]): Promise<Finished> {
  return runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {
    cwd,
    onOutput: (stdout, child) => {
      if (!stdout.includes(text)) return;
      descendants(child.pid!).forEach(pid => signal(pid));
      child.kill('SIGKILL');
    },
  });
}
const resume = (cwd: string, ...names: string[]): Promise<Finished> =>
  runProgram(['run', '--resume', ...names, '--ci'], {cwd});
const file = (cwd: string): string => path.join(cwd, 'experiments', 'tiny.yaml');

/** Runs that nobody disturbed. */
const undisturbed = workplace(long);
beforeAll(async () => {
  await start(undisturbed);
});

describe.runIf(process.platform === 'linux')('a queue that was killed', () => {
  it('is told of by the next start, resumes what is left, and compares the whole matrix', async () => {
    const cwd = workplace(long);
    await killedAt(cwd, 'epoch   3/60');
    const listed = await runProgram(['runs'], {cwd});
    expect(listed.stdout).toContain('crashed');
    expect(listed.stderr).toContain('1 crashed, 1 queued. To resume');

    const {code, stdout, stderr} = await resume(cwd);
    expect(stderr).toContain('1 crashed, 1 queued.');
    expect(stdout).toMatch(/tiny\.seed-1 .*\n.*tiny\.seed-2 |resumes|starts again/);
    expect(code).toBe(0);
    const folders = runFolders(cwd);
    const infos = folders.map(folder => readRunInfo(folder));
    expect(new Set(infos.map(info => 'batch' in info && info.batch)).size).toBe(1);
    expect(folders.map(resultOf)).toEqual(runFolders(undisturbed).map(resultOf));
    expect(folders.every(isNumbered)).toBe(true);

    const again = await resume(cwd);
    expect(again.stderr).toContain('./runs has no interrupted runs');
    expect(again.code).toBe(0);
  });

  it('is refused where its file changed, with each difference; by its name it resumes as it was, with its notes', async () => {
    const cwd = workplace(long);
    await killedAt(cwd, 'epoch   3/60');
    writeFileSync(file(cwd), matrix.replace('batchSize: 12', 'batchSize: 16'));
    const {code, stderr} = await resume(cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('tiny.seed-2: training.epochs: 60 before, 2 now');
    expect(stderr).toContain('tiny.seed-2: training.batchSize: 12 before, 16 now');

    const [folder] = runFolders(cwd);
    expect((await readRun(folder!)).status).toBe('crashed');
    const notes = ['--note', 'Male learns late.', '--pin'];
    const tagged = await runProgram(['tag', folder!.id, '--add', 'baseline', ...notes], {cwd});
    expect(tagged.code).toBe(0);
    const named = await resume(cwd, folder!.id);
    expect(named.stdout).toContain('resumes from epoch');
    expect(named.code).toBe(0);
    const record = await readRun(folder!);
    expect(record).toMatchObject({
      status: 'completed',
      notes: {tags: ['baseline'], note: 'Male learns late.', pinned: true},
    });
    expect(record.state.models[0]!.history).toHaveLength(60);

    const done = await resume(cwd, folder!.id);
    expect(done.stderr).toContain('is completed: there is nothing to resume');
    expect(done.code).toBe(2);
  });
});

describe('resuming', () => {
  it('leaves failed runs alone and says how to try them again, and refuses a definition that was edited', async () => {
    const cwd = workplace(
      `${tinyYaml}matrix: {data.split.train: [1000, 32]}\n`.replace('epochs: 2', 'epochs: 100000'),
    );
    let asked = false;
    await runProgram(['run', 'tiny', '--data', data, '--ci'], {
      cwd,
      onOutput: (stdout, child) => {
        if (!asked && stdout.includes('failed:') && stdout.includes('epoch  '))
          asked = child.kill('SIGINT');
      },
    });
    const [failed, second] = runFolders(cwd);
    expect((await readRun(failed!)).status).toBe('failed');
    expect((await readRun(second!)).status).toBe('stopped');
    expect((await runProgram(['runs'], {cwd})).stdout).toMatch(
      / failed: data\.split: Expected train/,
    );
    let stopped = false;
    const {stderr, stdout, code} = await runProgram(['run', '--resume', '--ci'], {
      cwd,
      onOutput: (text, child) => {
        if (!stopped && text.includes('epoch  ')) stopped = child.kill('SIGINT');
      },
    });
    expect(stderr).toContain('1 stopped.');
    expect(stderr).toContain(`${failed!.id} failed and is not repeated; to resume it`);
    expect(stdout).toContain('resumes from epoch');
    expect(code).toBe(130);

    // Its definition must be the one that its checkpoint was made with.
    const text = readFileSync(second!.experiment, 'utf8');
    writeFileSync(second!.experiment, text.replace('epochs: 100000', 'epochs: 3'));
    const edited = await resume(cwd);
    expect(edited.code).toBe(2);
    expect(edited.stderr).toContain('training.epochs: 100000 before, 3 now');
  });

  it('says how to resume the newest run where it failed and nothing was interrupted', async () => {
    const cwd = workplace(tinyYaml.replace('train: 32', 'train: 1000'));
    await runProgram(['run', 'tiny', '--data', data, '--ci'], {cwd});
    const {stderr, code} = await resume(cwd);
    expect(stderr).toContain(`celeba-tui run --resume ${runFolders(cwd)[0]!.id}`);
    expect(code).toBe(0);
  });

  it('takes no --set, and changes nothing where nothing was interrupted', async () => {
    const cwd = workplace();
    const refused = await resume(cwd, '--set', 'training.epochs=3');
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('Expected no --set with it');
    expect((await resume(cwd)).code).toBe(0);
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
  });
});

describe('a run whose checkpoint is of no use', () => {
  it('begins again, says so, and comes to the same result', async () => {
    const other = workplace(long.replace('units: 8', 'units: 4'));
    const cwd = workplace(long);
    await killedAt(other, 'epoch   3/60');
    await killedAt(cwd, 'epoch   3/60');
    const [folder] = runFolders(cwd);
    const latest = (place: RunFolder): string => path.join(place.checkpoints, CHECKPOINT_NAME);
    copyFileSync(latest(runFolders(other)[0]!), latest(folder!));
    const {code, stdout} = await resume(cwd, folder!.id);
    expect(stdout).toContain('the checkpoint belongs to another experiment. The run begins again');
    expect(code).toBe(0);
    expect(resultOf(folder!)).toEqual(resultOf(runFolders(undisturbed)[0]!));
  });
});
