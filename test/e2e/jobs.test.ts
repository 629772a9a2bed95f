import {beforeAll, describe, expect, it} from 'vitest';
import {readRunInfo} from '../../src/runs/run-info.js';
import {readRun} from '../../src/runs/run-record.js';
import {tinyYaml} from '../helpers/experiments.js';
import {isNumbered, resultOf, runFolders} from '../helpers/kills.js';
import {descendants, signal} from '../helpers/processes.js';
import {runProgram, type Finished, type ProgramOptions} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

/** Long enough that all runs train at the same time. */
const yaml = `${tinyYaml}matrix: {training.seed: [1, 2]}\n`.replace('epochs: 2', 'epochs: 150');

let data: string;
/** The runs, one after another. */
const alone = workplace(yaml);
let expected: Record<string, string>[];
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
  const finished = await start(alone, [], {env: {TF_NUM_INTRAOP_THREADS: '1'}});
  expect(finished.code, finished.stderr).toBe(0);
  expected = results(alone);
});

const start = (
  cwd: string,
  args: readonly string[],
  options: Partial<ProgramOptions> = {},
): Promise<Finished> =>
  runProgram(['run', 'tiny', '--data', data, '--ci', ...args], {cwd, ...options});

/** By seed: two runs may begin in the same second. */
const results = (cwd: string): Record<string, string>[] =>
  [...runFolders(cwd)].sort((a, b) => seedOf(a) - seedOf(b)).map(resultOf);

const seedOf = (folder: Parameters<typeof readRunInfo>[0]): number =>
  readRunInfo(folder).info?.seed ?? 0;

/** One thread for each trainer, whatever the machine has. */
const oneThread = {TF_NUM_INTRAOP_THREADS: '1'};

/** Does something once, when both runs have ended an epoch. */
function whenBothTrain(act: (pid: number) => void): Pick<ProgramOptions, 'onOutput'> {
  let isDone = false;
  return {
    onOutput: (stdout, child) => {
      const runs = new Set([...stdout.matchAll(/^ {2}(\S+) {2}epoch /gm)].map(([, run]) => run));
      if (isDone || runs.size < 2) return;
      isDone = true;
      act(child.pid!);
    },
  };
}

/** How many runs have ended an epoch, and not yet their training. */
function unended(stdout: string): number {
  const runsOf = (pattern: RegExp): Set<string | undefined> =>
    new Set([...stdout.matchAll(pattern)].map(([, run]) => run));
  const ended = runsOf(/^ {2}(\S+) {2}ended {2}/gm);
  return [...runsOf(/^ {2}(\S+) {2}epoch /gm)].filter(run => !ended.has(run)).length;
}

const statusesIn = async (cwd: string): Promise<string[]> =>
  (await Promise.all(runFolders(cwd).map(folder => readRun(folder)))).map(({status}) => status);

describe.runIf(process.platform === 'linux')('run --jobs', () => {
  it('trains at the same time what gives the same bytes one after another, and names the runs', async () => {
    const cwd = workplace(yaml);
    let most = 0;
    const {code, stdout} = await start(cwd, ['--jobs', '2'], {
      env: oneThread,
      ...whenBothTrain(pid => (most = descendants(pid).length)),
    });
    expect(code).toBe(0);
    expect(most).toBe(2);
    expect(results(cwd)).toEqual(expected);
    for (const {id} of runFolders(cwd)) expect(stdout).toContain(`\n  ${id}  ended  multi-output`);
    expect(stdout).toContain('n = 8 validation images');
  });

  it('loses only the run whose trainer is killed; --resume finishes it', async () => {
    const cwd = workplace(yaml);
    const {code} = await start(cwd, ['--jobs', '2'], {
      env: oneThread,
      ...whenBothTrain(pid => signal(descendants(pid)[0]!)),
    });
    expect(code).toBe(4);
    expect((await statusesIn(cwd)).sort()).toEqual(['completed', 'crashed']);
    expect((await runProgram(['run', '--resume', '--ci'], {cwd})).code).toBe(0);
    expect(results(cwd)).toEqual(expected);
  });

  it('stops all at Ctrl-C with checkpoints; --resume resumes all, as many at a time', async () => {
    const cwd = workplace(yaml);
    const stopped = await start(cwd, ['--jobs', '2'], {
      env: oneThread,
      ...whenBothTrain(pid => signal(pid, 'SIGINT')),
    });
    expect(stopped.stderr).toContain('stopping after this batch, with checkpoints');
    expect(stopped.code).toBe(130);
    expect(await statusesIn(cwd)).toEqual(['stopped', 'stopped']);
    let most = 0;
    const resumed = await runProgram(['run', '--resume', '--ci'], {
      cwd,
      ...whenBothTrain(pid => (most = descendants(pid).length)),
    });
    expect(resumed.code).toBe(0);
    expect(most).toBe(2);
    expect(results(cwd)).toEqual(expected);
    expect(runFolders(cwd).every(isNumbered)).toBe(true);
  });

  it('--until-decided trains both designs of a seed at the same time, and looks when both have ended', async () => {
    const cwd = workplace(
      `${tinyYaml}matrix: {model.kind: [separate, multi-output]}\n`.replace(
        'epochs: 2',
        'epochs: 40',
      ),
    );
    let most = 0;
    let mostUnended = 0;
    // Designs that both learn differ by far less than this.
    const args = ['--until-decided', '--difference', '99', '--max-runs', '8', '--jobs', '2'];
    const killed = await start(cwd, args, {
      onOutput: (stdout, child) => {
        const trainers = descendants(child.pid!);
        most = Math.max(most, trainers.length);
        mostUnended = Math.max(mostUnended, unended(stdout));
        if ((stdout.match(/ {2}ended {2}/g)?.length ?? 0) < 3) return;
        for (const pid of trainers) signal(pid);
        child.kill('SIGKILL');
      },
    });
    expect(killed.stderr).toContain('seed 1 of at most 4, first look after 3');
    // A trainer that has just ended may still be there while the next one starts.
    expect(most).toBeGreaterThanOrEqual(2);
    expect(mostUnended).toBeLessThanOrEqual(2);
    const {code, stderr, stdout} = await runProgram(['run', '--resume', '--ci'], {cwd});
    expect(code).toBe(0);
    expect(stderr).toMatch(/ecided (?:after|with) [34] seeds/);
    expect(stdout).toContain('Decided sequentially: tested after 3 seeds');
    const seeds = runFolders(cwd).map(seedOf);
    expect(seeds.length).toBeGreaterThanOrEqual(6);
    expect(new Set(seeds).size).toBe(seeds.length / 2);
  });

  it('divides the cores, warns of more runs than cores, and refuses what is no number of runs', async () => {
    const cwd = workplace();
    const many = await start(cwd, ['--jobs', '200', '--set', 'training.epochs=1']);
    expect(many.code).toBe(0);
    expect(many.stderr).toMatch(
      /--jobs 200 is more than this machine's .*: the runs slow each other down\. Use --jobs \d+ or fewer\./,
    );
    expect(readRunInfo(runFolders(cwd)[0]!).info).toMatchObject({threads: 1});
    for (const value of ['0', '-1', '1.5', 'all']) {
      const {code, stderr} = await start(cwd, ['--jobs', value]);
      expect(code).toBe(2);
      expect(stderr).toContain('Expected a whole number from 1');
    }
  });
});
