import {setTimeout as sleep} from 'node:timers/promises';
import {expect} from 'vitest';
import type {RunFolder} from '../../src/runs/run-folder.js';
import {readRun} from '../../src/runs/run-record.js';
import type {RunStatus} from '../../src/runs/status.js';
import {runFolders} from './kills.js';
import {runProgram, type Finished, type ProgramOptions} from './program.js';
import type {SlurmCluster} from './slurm.js';

/** Asks the cluster each second. */
const quick = {CELEBA_TUI_CLUSTER_SECONDS: '1'};

/** Runs the program as on the login node of a cluster. */
export class LoginNode {
  constructor(
    readonly cluster: SlurmCluster,
    readonly data: string,
  ) {}

  get env(): NodeJS.ProcessEnv {
    return {...this.cluster.env, ...quick};
  }

  /** `run tiny --on slurm` with more arguments. */
  submit(
    cwd: string,
    args: readonly string[] = [],
    {env, ...options}: Partial<ProgramOptions> = {},
  ): Promise<Finished> {
    const all = ['run', 'tiny', '--data', this.data, '--on', 'slurm', ...args];
    return runProgram(all, {cwd, ...options, env: {...this.env, ...env}});
  }

  /** `run --resume` with more arguments. */
  resume(cwd: string, ...args: readonly string[]): Promise<Finished> {
    return runProgram(['run', '--resume', ...args], {cwd, env: this.env});
  }

  /** Lets a task that was requeued start at once: Slurm keeps it for two minutes otherwise. */
  async startNow(task: string): Promise<void> {
    const state = (): string => this.cluster.run('squeue', '-h', '-j', task, '-o', '%T %r').trim();
    await expect.poll(state, {timeout: 60_000, interval: 100}).toBe('PENDING BeginTime');
    // A node refuses a task that starts in the second in which its last life ended ("already killed").
    await sleep(1_100);
    this.cluster.run('scontrol', 'update', `jobid=${task}`, 'starttime=now');
  }

  /** Waits until Slurm has no task and no job any more. */
  async untilEmpty(): Promise<void> {
    const list = (): string => this.cluster.run('squeue', '-h');
    await expect.poll(list, {timeout: 60_000, interval: 100}).toBe('');
  }
}

/** The job that a submission has printed. */
export function jobOf({stderr}: Finished): string {
  const [, job] = /as job (\d+)/.exec(stderr) ?? [];
  if (job === undefined) throw new Error(`Nothing was submitted: ${stderr}`);
  return job;
}

/** The queue that a submission has printed. */
export function queueOf({stderr}: Finished): string {
  const [, queue] = /queue ([\w-]+)/.exec(stderr) ?? [];
  if (queue === undefined) throw new Error(`There is no queue: ${stderr}`);
  return queue;
}

/** Waits until the runs have so many epochs. */
export async function untilTrained(folders: readonly RunFolder[], epochs: number): Promise<void> {
  const least = async (): Promise<number> => {
    const records = await Promise.all(folders.map(readRun));
    return Math.min(...records.map(({state}) => state.models[0]?.history.length ?? 0));
  };
  await expect.poll(least, {timeout: 120_000, interval: 100}).toBeGreaterThanOrEqual(epochs);
}

/** The statuses of the runs of a working folder, in the order of the alphabet. */
export async function statusesIn(cwd: string): Promise<RunStatus[]> {
  const records = await Promise.all(runFolders(cwd).map(readRun));
  return records.map(({status}) => status).sort();
}
