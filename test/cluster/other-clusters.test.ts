import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {afterAll, beforeAll, describe, expect, it} from 'vitest';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {readRun, type RunRecord} from '../../src/runs/run-record.js';
import {killTasks} from '../helpers/cluster-faults.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runFolders} from '../helpers/kills.js';
import {LoginNode} from '../helpers/login-node.js';
import {runProgram} from '../helpers/program.js';
import {SlurmCluster} from '../helpers/slurm.js';
import {whyNoSlurm} from '../helpers/slurm-packages.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

const reason = whyNoSlurm();
if (reason !== undefined) process.stderr.write(`skipped: no Slurm cluster: ${reason}\n`);

/** A working folder whose runs the second node does not see. */
const unseen = workplace();
let login: LoginNode;
let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
  if (reason !== undefined) return;
  const hidden = path.join(unseen, 'runs');
  mkdirSync(hidden);
  login = new LoginNode(await SlurmCluster.start({nodes: 2, hidden, hasAccounting: true}), data);
}, 300_000);
afterAll(() => login?.cluster.stop());

/** A file with a profile for one of the nodes. */
function onNode(name: string): string {
  const file = path.join(temporaryFolder(), 'cluster.yaml');
  writeFileSync(file, `sbatch: [--nodelist=${name}]\n`);
  return file;
}

describe.runIf(reason === undefined)('a cluster with accounting', () => {
  it('tells how a task was lost, by sacct', async () => {
    const cwd = workplace(tinyYaml.replace('epochs: 2', 'epochs: 100000'));
    const profile = ['--profile', onNode('n1')];
    const doctorArgs = ['doctor', '--on', 'slurm', ...profile];
    const doctor = await runProgram(doctorArgs, {cwd, env: login.env});
    expect(doctor.stdout).toMatch(/^ok {4}accounting {5}sacct tells how tasks ended$/m);
    expect(doctor.stdout).toMatch(
      /^ok {4}nodes +n1 sees .*runs and the program; Node v.*; TensorFlow 2/m,
    );
    let isKilled = false;
    const {code, stderr} = await login.submit(cwd, ['--json', ...profile], {
      onOutput: stdout => {
        if (isKilled || !stdout.includes('epoch.ended')) return;
        isKilled = true;
        killTasks(path.join(cwd, 'runs'));
      },
    });
    expect(stderr).toMatch(/The task \d+_0 on n1 ended: FAILED, exit code \d/);
    expect(code).toBe(4);
  }, 240_000);

  it('trains on another host, whose processes this one does not see', async () => {
    const cwd = workplace(tinyYaml.replace('epochs: 2', 'epochs: 600'));
    let seen: Promise<RunRecord> | undefined;
    let host: unknown;
    const {code} = await login.submit(cwd, ['--ci', '--profile', onNode('n2')], {
      onOutput: stdout => {
        if (seen !== undefined || !stdout.includes('epoch  ')) return;
        const [folder] = runFolders(cwd) as [RunFolder];
        ({host} = JSON.parse(readFileSync(folder.lock, 'utf8')) as {host: unknown});
        seen = readRun(folder);
      },
    });
    expect(host).toBe('host-of-n2');
    expect((await seen)?.status).toBe('running');
    expect(code).toBe(0);
  }, 240_000);

  it('whose nodes do not see the folder of the runs is found by doctor, and by the first task', async () => {
    const profile = ['--profile', onNode('n2')];
    const args = ['doctor', '--on', 'slurm', ...profile];
    const doctor = await runProgram(args, {cwd: unseen, env: login.env});
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toMatch(/^wrong nodes +n2 does not see .*runs$/m);
    const {code, stderr} = await login.submit(unseen, ['--ci', ...profile]);
    expect(stderr).toMatch(/Slurm could not start the task \d+_0 on n2: the node cannot write to/);
    expect(stderr).toContain('The nodes must see the folder of the runs under the same path');
    expect(code).toBe(4);
  }, 240_000);
});

describe('a machine without Slurm', () => {
  it('says what is missing, and writes nothing', async () => {
    const cwd = workplace();
    const env = {PATH: path.dirname(process.execPath).replace('/usr/bin', '/nowhere')};
    const {code, stderr} = await runProgram(['run', 'tiny', '--data', data, '--on', 'slurm'], {
      cwd,
      env,
    });
    expect(code).toBe(2);
    expect(stderr).toContain("Slurm's programs are not on this machine's PATH");
    expect(existsSync(path.join(cwd, 'runs'))).toBe(false);
  });

  it('names an option that needs --on', async () => {
    const {code, stderr} = await runProgram(['run', 'tiny', '--wait', '--ci'], {cwd: workplace()});
    expect(code).toBe(2);
    expect(stderr).toContain('run: --wait without --on has no effect.');
  });
});
