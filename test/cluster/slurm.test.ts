import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import {stopElsewhere} from '../../src/app/queue-control.js';
import {trainerProgram} from '../../src/app/start.js';
import {readRun} from '../../src/runs/run-record.js';
import {tinyYaml} from '../helpers/experiments.js';
import {isNumbered, resultOf, runFolders, thoroughYaml} from '../helpers/kills.js';
import {jobOf, LoginNode, queueOf, statusesIn, untilTrained} from '../helpers/login-node.js';
import {descendants, signal} from '../helpers/processes.js';
import {runProgram} from '../helpers/program.js';
import {SlurmCluster} from '../helpers/slurm.js';
import {whyNoSlurm} from '../helpers/slurm-packages.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

const reason = whyNoSlurm();
if (reason !== undefined) process.stderr.write(`skipped: no Slurm cluster: ${reason}\n`);

const seeds = 'matrix: {training.seed: [1, 2, 3]}\n';
/** Trains for some seconds. */
const sweep = `${thoroughYaml
  .replace('epochs: 12', 'epochs: 80')
  .replace('patience: 10', 'patience: 80')}${seeds}`;
/** Trains until somebody stops it. */
const endless = `${tinyYaml}${seeds}`.replace('epochs: 2', 'epochs: 100000');

const LIMIT =
  'sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit)';

let login: LoginNode;
/** The sweep on this machine alone, with one thread: a task has one processor. */
const alone = workplace(sweep);
beforeAll(async () => {
  const data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
  if (reason !== undefined) return;
  const trained = runProgram(['run', 'tiny', '--data', data, '--ci', '--jobs', '2'], {
    cwd: alone,
    env: {TF_NUM_INTRAOP_THREADS: '1'},
  });
  const cluster = await SlurmCluster.start({config: ['MaxArraySize=31'], isPreempting: true});
  login = new LoginNode(cluster, data);
  await trained;
}, 300_000);
afterAll(() => login?.cluster.stop());

/** By seed: names of runs that begin in the same second do not tell their order. */
async function resultsIn(cwd: string): Promise<Record<string, string>[]> {
  const records = await Promise.all(runFolders(cwd).map(readRun));
  return records
    .sort((a, b) => (a.info?.seed ?? 0) - (b.info?.seed ?? 0))
    .map(({folder}) => resultOf(folder));
}

describe.runIf(reason === undefined)('a sweep on a cluster', () => {
  it('ends with the verdict and the bytes of one machine, whatever interrupts its tasks', async () => {
    const {cluster} = login;
    const cwd = workplace(sweep);
    const submitted = await login.submit(cwd, ['--max-parallel', '3']);
    expect(submitted.stderr).toContain('submitted 3 runs to Slurm as job ');
    expect(submitted.code).toBe(0);
    const [job, queue, folders] = [jobOf(submitted), queueOf(submitted), runFolders(cwd)];
    expect(folders).toHaveLength(3);
    const journal = readFileSync(path.join(cwd, 'runs', '.queue', `${queue}.jsonl`), 'utf8');
    expect(journal).toContain(`{"type":"array.submitted","job":"${job}"`);
    expect(cluster.run('scontrol', 'show', 'job', '-o', job)).toContain('ArrayTaskThrottle=3');
    const local = await login.resume(cwd, queue, '--ci');
    expect(local.code).toBe(2);
    expect(local.stderr).toContain(`of the queue ${queue} are on the cluster`);

    await untilTrained(folders, 2);
    // As before a time limit; by an administrator; and by a job that is more urgent.
    cluster.run('scancel', '--signal=USR1', '--batch', `${job}_0`);
    cluster.run('scontrol', 'requeue', `${job}_1`);
    cluster.preempt(`${job}_2`);
    // A node loses its power, before the task that starts again there can end.
    const first = `${job}_0`;
    await login.startNow(first);
    await cluster.untilRunning(first);
    await cluster.failNode(cluster.nodeOf(first));
    await Promise.all([0, 1, 2].map(task => login.startNow(`${job}_${task}`)));

    const ended = await login.resume(cwd, queue, '--on', 'slurm', '--wait');
    expect(ended.stderr).toContain('nothing to submit');
    expect(ended.code).toBe(0);
    expect(ended.stdout).toContain('tiny.seed-3');
    expect(ended.stderr).toContain('The comparison is in');
    expect(await resultsIn(cwd)).toEqual(await resultsIn(alone));
    for (const folder of folders) {
      expect(isNumbered(folder)).toBe(true);
      expect(readFileSync(folder.events, 'utf8')).toContain('run.continued');
    }
    expect((await runProgram(['runs'], {cwd, env: login.env})).stdout).not.toMatch(
      /queued|crashed/,
    );
  }, 300_000);

  it('loses one run that somebody stops while it waits, and cancels the others when it is interrupted in CI', async () => {
    const {cluster} = login;
    const cwd = workplace(endless);
    const stopLast = async (): Promise<void> => {
      const last = await readRun(runFolders(cwd).at(-1)!);
      const env = {...process.env, ...login.env};
      expect(await stopElsewhere(last, path.join(cwd, 'runs'), trainerProgram, env)).toBe(
        undefined,
      );
      expect((await readRun(last.folder)).status).toBe('cancelled');
      const {job} = last.task!;
      expect(cluster.run('squeue', '-h', '-r', '-o', '%i')).not.toContain(job);
    };
    let stopped: Promise<void> | undefined;
    const {code, stderr} = await login.submit(cwd, ['--ci', '--max-parallel', '1'], {
      onOutput: (stdout, child) => {
        if (stdout.includes('epoch  '))
          stopped ??= stopLast().finally(() => void child.kill('SIGINT'));
      },
    });
    await stopped;
    expect(stderr).toContain('cancelled; runs that train stop with a checkpoint');
    expect(code).toBe(130);
    expect(await statusesIn(cwd)).toEqual(['cancelled', 'cancelled', 'stopped']);
    await login.untilEmpty();
    const {stdout: script, stderr: left} = await login.resume(cwd, '--on', 'slurm', '--dry-run');
    expect(left).toContain('1 stopped, 1 cancelled');
    expect(script).toContain('#SBATCH --array=0-1\n');
  }, 240_000);

  it('--fail-fast cancels what waits behind a failed run', async () => {
    const cwd = workplace(`${tinyYaml}matrix: {data.split.train: [1000, 32, 24]}\n`);
    const args = ['--ci', '--fail-fast', '--max-parallel', '1'];
    const {code, stdout} = await login.submit(cwd, args);
    expect(stdout).toContain('failed: data.split: Expected train');
    expect(code).toBe(3);
    expect(await statusesIn(cwd)).toEqual(['cancelled', 'cancelled', 'failed']);
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
    const env = {PATH: `${bin}:${process.env['PATH']}`};
    const {code, stderr} = await login.submit(cwd, ['--repeat', '60'], {env});
    expect(code).toBe(2);
    expect(stderr).toContain(
      'sbatch: Batch job submission failed: Job violates accounting/QOS policy',
    );
    expect(stderr).toContain('The cluster limits your jobs.');
    expect(existsSync(path.join(bin, 'once'))).toBe(true);
    expect(runFolders(cwd)).toEqual([]);
    expect(readdirSync(path.join(cwd, 'runs', '.queue'))).toEqual([]);
    await login.untilEmpty();
  }, 120_000);

  it('whose program is killed while it submits leaves no job that nobody knows, and is submitted again', async () => {
    const cwd = workplace(`${tinyYaml}${seeds}`);
    const bin = temporaryFolder();
    // Slurm has the job, and the program does not know it yet.
    const slow = `#!/bin/sh
PATH="\${PATH#*:}"
case "$*" in *--parsable*) sbatch "$@"; touch "${bin}/taken"; sleep 60;; *) exec sbatch "$@";; esac
`;
    writeFileSync(path.join(bin, 'sbatch'), slow, {mode: 0o755});
    login.cluster.run('scontrol', 'update', 'partitionname=short', 'state=down');
    const {code} = await login.submit(cwd, [], {
      env: {PATH: `${bin}:${process.env['PATH']}`},
      onStart: child => {
        const timer = setInterval(() => {
          if (!existsSync(path.join(bin, 'taken'))) return;
          clearInterval(timer);
          descendants(child.pid!).forEach(pid => signal(pid));
          child.kill('SIGKILL');
        }, 50);
      },
    });
    expect(code).toBeNull();
    const again = await login.resume(cwd, '--on', 'slurm', '--dry-run');
    login.cluster.run('scontrol', 'update', 'partitionname=short', 'state=up');
    expect(again.stderr).toContain('3 cancelled');
    expect(again.stdout).toContain('#SBATCH --array=0-2\n');
    await login.untilEmpty();
  });

  it('is refused before anything is written where the cluster would not take it', async () => {
    const cwd = workplace();
    writeFileSync(path.join(cwd, 'cluster.yaml'), 'partition: nope\n');
    const {code, stderr} = await login.submit(cwd, ['--profile', 'cluster.yaml']);
    expect(code).toBe(2);
    expect(stderr).toContain('invalid partition specified: nope');
    expect(stderr).toContain('sinfo --summarize lists the partitions');
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
  });

  it('is printed by --dry-run, and not submitted', async () => {
    const cwd = workplace(`${tinyYaml}${seeds}`);
    const {code, stdout} = await login.submit(cwd, ['--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toContain('#SBATCH --array=0-2\n');
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
  });

  it('is warned of nodes without the native backend, by doctor and by the first task', async () => {
    const cwd = workplace();
    const before = `before: [export CELEBA_TUI_CACHE=${temporaryFolder('empty')}]\n`;
    writeFileSync(path.join(cwd, 'cluster.yaml'), before);
    const profile = ['--profile', 'cluster.yaml'];
    const args = ['doctor', '--on', 'slurm', ...profile];
    const doctor = await runProgram(args, {cwd, env: login.env});
    expect(doctor.stdout).toMatch(/^ok {4}controller/m);
    expect(doctor.stdout).toMatch(/^note {2}accounting {5}off/m);
    expect(doctor.stdout).toMatch(
      /^wrong nodes +the native backend does not work on n\d: no tfjs/m,
    );
    const {code, stdout, stderr} = await login.submit(cwd, ['--ci', ...profile]);
    expect(stdout + stderr).toMatch(/The native backend is not installed on n\d: no tfjs-node/);
    expect(stdout + stderr).toContain('Set CELEBA_TUI_CACHE to a folder that all nodes share');
    expect(code).toBe(4);
  });
});
