import {existsSync, mkdirSync} from 'node:fs';
import path from 'node:path';
import {beforeAll, describe, expect, it} from 'vitest';
import {killTasks} from '../helpers/cluster-faults.js';
import {tinyYaml} from '../helpers/experiments.js';
import {runProgram} from '../helpers/program.js';
import {SlurmCluster, whyNoSlurm} from '../helpers/slurm.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';
import {writeTinyFaces} from '../helpers/tiny-faces.js';
import {workplace} from '../helpers/workplace.js';

const reason = whyNoSlurm();
if (reason !== undefined) process.stderr.write(`skipped: no Slurm cluster: ${reason}\n`);

let data: string;
beforeAll(async () => {
  data = await writeTinyFaces(temporaryFolder('faces'), {images: 40});
}, 300_000);

/** Asks the cluster each second. */
const quick = {CELEBA_TUI_CLUSTER_SECONDS: '1'};

describe.runIf(reason === undefined)(
  'a cluster whose nodes do not see the folder of the runs',
  () => {
    it('says so before the submission by doctor, and after it by the first task', async () => {
      const cwd = workplace();
      mkdirSync(path.join(cwd, 'runs'));
      const blind = await SlurmCluster.start({nodes: 1, hidden: path.join(cwd, 'runs')});
      try {
        const env = {...blind.env, ...quick};
        const doctor = await runProgram(['doctor', '--on', 'slurm'], {cwd, env});
        expect(doctor.code).toBe(1);
        expect(doctor.stdout).toMatch(/^wrong nodes +n1 does not see .*runs$/m);
        const args = ['run', 'tiny', '--data', data, '--on', 'slurm', '--ci'];
        const {code, stderr} = await runProgram(args, {cwd, env});
        expect(stderr).toMatch(
          /Slurm could not start the task \d+_0 on n1: the node cannot write to/,
        );
        expect(stderr).toContain('The nodes must see the folder of the runs under the same path');
        expect(code).toBe(4);
      } finally {
        await blind.stop();
      }
    }, 240_000);
  },
);

describe.runIf(reason === undefined)('a cluster with accounting', () => {
  it('tells how a task was lost, by sacct', async () => {
    const cwd = workplace(tinyYaml.replace('epochs: 2', 'epochs: 100000'));
    const accounted = await SlurmCluster.start({nodes: 1, hasAccounting: true});
    try {
      const env = {...accounted.env, ...quick};
      const doctor = await runProgram(['doctor', '--on', 'slurm'], {cwd, env});
      expect(doctor.stdout).toMatch(/^ok {4}accounting {5}sacct tells how tasks ended$/m);
      const args = ['run', 'tiny', '--data', data, '--on', 'slurm', '--json'];
      let isKilled = false;
      const {code, stderr} = await runProgram(args, {
        cwd,
        env,
        onOutput: stdout => {
          if (isKilled || !stdout.includes('epoch.ended')) return;
          isKilled = true;
          killTasks(path.join(cwd, 'runs'));
        },
      });
      expect(stderr).toMatch(/The task \d+_0 on n1 ended: FAILED, exit code \d/);
      expect(code).toBe(4);
    } finally {
      await accounted.stop();
    }
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
