import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {stopElsewhere} from '../../src/app/queue-control.js';
import {trainerProgram} from '../../src/app/start.js';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {readRun} from '../../src/runs/run-record.js';
import {tinyYaml} from '../helpers/experiments.js';
import {isNumbered, resultOf, runFolders, thoroughYaml} from '../helpers/kills.js';
import {runProgram, type Finished, type ProgramOptions} from '../helpers/program.js';
import {SlurmCluster, whyNoSlurm} from '../helpers/slurm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

const reason = whyNoSlurm();
if (reason !== undefined) process.stderr.write(`skipped: no Slurm cluster: ${reason}\n`);

let data: string;
let cluster: SlurmCluster | undefined;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
  if (reason === undefined) cluster = await SlurmCluster.start({config: ['MaxArraySize=31']});
}, 300_000);
afterAll(() => cluster?.stop());

function there(): SlurmCluster {
  if (cluster === undefined) throw new Error('There is no cluster.');
  return cluster;
}

const LIMIT =
  'sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit)';
const seeds = 'matrix: {training.seed: [1, 2, 3]}\n';
/** Asks the cluster each second. */
const quick = {CELEBA_TUI_CLUSTER_SECONDS: '1'};

function start(
  cwd: string,
  args: readonly string[],
  options: Partial<ProgramOptions> = {},
): Promise<Finished> {
  const env = {...there().env, ...quick};
  return runProgram(['run', 'tiny', '--data', data, ...args], {cwd, env, ...options});
}
const again = (cwd: string, ...args: readonly string[]): Promise<Finished> =>
  runProgram(['run', '--resume', ...args], {cwd, env: {...there().env, ...quick}});

/** The same experiment on this machine alone, with one thread: a task has one processor. */
async function alone(yaml: string): Promise<readonly RunFolder[]> {
  const cwd = workplace(yaml);
  await runProgram(['run', 'tiny', '--data', data, '--ci'], {
    cwd,
    env: {TF_NUM_INTRAOP_THREADS: '1'},
  });
  return runFolders(cwd);
}

function jobOf({stderr}: Finished): string {
  const [, job] = /as job (\d+)/.exec(stderr) ?? [];
  if (job === undefined) throw new Error(`Nothing was submitted: ${stderr}`);
  return job;
}

const queueOf = ({stderr}: Finished): string => /queue ([\w-]+)/.exec(stderr)?.[1] ?? '';

/** Waits until the runs have so many epochs. */
async function untilTrained(folders: readonly RunFolder[], epochs: number): Promise<void> {
  const least = async (): Promise<number> => {
    const records = await Promise.all(folders.map(readRun));
    return Math.min(...records.map(({state}) => state.models[0]?.history.length ?? 0));
  };
  await expect.poll(least, {timeout: 120_000, interval: 200}).toBeGreaterThanOrEqual(epochs);
}

/** Lets a task that was requeued start at once: Slurm keeps it for two minutes otherwise. */
async function startNow(task: string): Promise<void> {
  const state = (): string => there().run('squeue', '-h', '-j', task, '-o', '%T %r').trim();
  await expect.poll(state, {timeout: 60_000, interval: 200}).toBe('PENDING BeginTime');
  there().run('scontrol', 'update', `jobid=${task}`, 'starttime=now');
}

describe.runIf(reason === undefined)('a sweep on a cluster', () => {
  it('returns after its submission, trains each run in a task, and ends with the verdict', async () => {
    const cwd = workplace(`${thoroughYaml}${seeds}`);
    const submitted = await start(cwd, ['--on', 'slurm', '--max-parallel', '2']);
    expect(submitted.code).toBe(0);
    expect(submitted.stderr).toContain('submitted 3 runs to Slurm as job ');
    expect(runFolders(cwd)).toHaveLength(3);
    const queue = queueOf(submitted);
    const journal = readFileSync(path.join(cwd, 'runs', '.queue', `${queue}.jsonl`), 'utf8');
    expect(journal).toContain(`{"type":"array.submitted","job":"${jobOf(submitted)}"`);
    expect(there().run('scontrol', 'show', 'job', '-o', jobOf(submitted))).toContain(
      'ArrayTaskThrottle=2',
    );
    const local = await again(cwd, queue, '--ci');
    expect(local.code).toBe(2);
    expect(local.stderr).toContain(`of the queue ${queue} are on the cluster`);

    const ended = await again(cwd, queue, '--on', 'slurm', '--wait');
    expect(ended.stderr).toContain('nothing to submit');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('tiny.seed-3');
    expect(ended.stderr).toContain('The comparison is in');
    expect(runFolders(cwd).map(resultOf)).toEqual(
      (await alone(`${thoroughYaml}${seeds}`)).map(resultOf),
    );
    expect((await runProgram(['runs'], {cwd, env: there().env})).stdout).not.toMatch(
      /queued|crashed/,
    );
  }, 240_000);

  it('continues interrupted tasks from their checkpoints, by themselves, to the same bytes', async () => {
    const yaml = `${thoroughYaml.replace('epochs: 12', 'epochs: 150').replace('patience: 10', 'patience: 150')}${seeds}`;
    const cwd = workplace(yaml);
    const submitted = await start(cwd, ['--on', 'slurm']);
    const job = jobOf(submitted);
    const folders = runFolders(cwd);
    await untilTrained(folders, 2);
    // As before a time limit; as an administrator or a preemption; and the third one is left alone.
    there().run('scancel', '--signal=USR1', '--batch', `${job}_0`);
    there().run('scontrol', 'requeue', `${job}_1`);
    await Promise.all([startNow(`${job}_0`), startNow(`${job}_1`)]);
    const ended = await again(cwd, queueOf(submitted), '--on', 'slurm', '--wait');
    expect(ended.code).toBe(0);
    expect(folders.map(resultOf)).toEqual((await alone(yaml)).map(resultOf));
    expect(folders.every(isNumbered)).toBe(true);
    const continued = folders.map(({events}) =>
      /run\.continued/.test(readFileSync(events, 'utf8')),
    );
    expect(continued).toEqual([true, true, false]);
  }, 300_000);

  it('cancels everything when it is interrupted in CI, with checkpoints', async () => {
    const cwd = workplace(`${tinyYaml}${seeds}`.replace('epochs: 2', 'epochs: 100000'));
    let isAsked = false;
    const {code, stderr} = await start(cwd, ['--on', 'slurm', '--ci', '--max-parallel', '1'], {
      onOutput: (stdout, child) => {
        if (!isAsked && stdout.includes('epoch  ')) isAsked = child.kill('SIGINT');
      },
    });
    expect(stderr).toContain('cancelled; runs that train stop with a checkpoint');
    expect(code).toBe(130);
    const statuses = await Promise.all(
      runFolders(cwd).map(async folder => (await readRun(folder)).status),
    );
    expect(statuses.sort()).toEqual(['cancelled', 'cancelled', 'stopped']);
    expect(there().run('squeue', '-h')).toBe('');
    const {stderr: left} = await again(cwd, '--on', 'slurm', '--dry-run');
    expect(left).toContain('1 stopped, 2 cancelled');
  }, 240_000);

  it('loses one run that somebody stops while it waits, and resumes the others only', async () => {
    const cwd = workplace(`${tinyYaml}${seeds}`.replace('epochs: 2', 'epochs: 100000'));
    const runs = path.join(cwd, 'runs');
    const submitted = await start(cwd, ['--on', 'slurm', '--max-parallel', '1']);
    const [first, , last] = runFolders(cwd) as [RunFolder, RunFolder, RunFolder];
    await untilTrained([first], 1);
    const env = {...process.env, ...there().env};
    expect(await stopElsewhere(await readRun(last), runs, trainerProgram, env)).toBeUndefined();
    expect((await readRun(last)).status).toBe('cancelled');
    expect(there().run('squeue', '-h', '-r', '-o', '%i')).not.toContain(`${jobOf(submitted)}_2`);
    there().run('scancel', jobOf(submitted));
    await expect.poll(() => there().run('squeue', '-h'), {timeout: 60_000}).toBe('');
    const {stdout, stderr} = await again(cwd, '--on', 'slurm', '--dry-run');
    expect(stderr).toContain('1 stopped, 1 cancelled');
    expect(stdout).toContain('#SBATCH --array=0-1\n');
  }, 240_000);

  it('--fail-fast cancels what waits behind a failed run', async () => {
    const cwd = workplace(`${tinyYaml}matrix: {data.split.train: [1000, 32, 24]}\n`);
    const {code, stdout} = await start(cwd, [
      '--on',
      'slurm',
      '--ci',
      '--fail-fast',
      '--max-parallel',
      '1',
    ]);
    expect(stdout).toContain('failed: data.split: Expected train');
    expect(code).toBe(3);
    const statuses = await Promise.all(
      runFolders(cwd).map(async folder => (await readRun(folder)).status),
    );
    expect(statuses.sort()).toEqual(['cancelled', 'cancelled', 'failed']);
  }, 240_000);

  it('that the cluster takes in part only leaves no job and no run', async () => {
    const cwd = workplace();
    // The limits of an account need accounting: this sbatch refuses the second array as they would.
    const bin = temporaryFolder();
    const refusing = `#!/bin/sh
case "$*" in *--parsable*) [ -e "${bin}/once" ] && { echo "${LIMIT}" >&2; exit 1; }; touch "${bin}/once";; esac
PATH="\${PATH#*:}" exec sbatch "$@"
`;
    writeFileSync(path.join(bin, 'sbatch'), refusing, {mode: 0o755});
    const env = {...there().env, PATH: `${bin}:${process.env['PATH']}`};
    const {code, stderr} = await start(cwd, ['--on', 'slurm', '--repeat', '60'], {env});
    expect(code).toBe(2);
    expect(stderr).toContain(
      'sbatch: Batch job submission failed: Job violates accounting/QOS policy',
    );
    expect(stderr).toContain('The cluster limits your jobs.');
    expect(existsSync(path.join(bin, 'once'))).toBe(true);
    expect(runFolders(cwd)).toEqual([]);
    expect(readdirSync(path.join(cwd, 'runs', '.queue'))).toEqual([]);
    await expect.poll(() => there().run('squeue', '-h'), {timeout: 20_000}).toBe('');
  }, 120_000);

  it('is refused before anything is written where the cluster would not take it', async () => {
    const cwd = workplace();
    writeFileSync(path.join(cwd, 'cluster.yaml'), 'partition: nope\n');
    const {code, stderr} = await start(cwd, ['--on', 'slurm', '--profile', 'cluster.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('invalid partition specified: nope');
    expect(stderr).toContain('sinfo --summarize lists the partitions');
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
  });

  it('is printed by --dry-run, and not submitted', async () => {
    const cwd = workplace(`${tinyYaml}${seeds}`);
    const {code, stdout} = await start(cwd, ['--on', 'slurm', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('#SBATCH --array=0-2\n');
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
  });

  it('is ready by what doctor finds', async () => {
    const cwd = workplace();
    const {stdout} = await runProgram(['doctor', '--on', 'slurm'], {cwd, env: there().env});
    expect(stdout).toMatch(/^ok {4}controller/m);
    expect(stdout).toMatch(/^note {2}accounting {5}off/m);
    expect(stdout).toMatch(/^ok {4}nodes +n\d sees .*runs and the program; Node v/m);
  });
});
