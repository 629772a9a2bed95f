import {execFile} from 'node:child_process';
import {childEnvironment} from '../../util/child-environment.js';
import {UserError} from '../../util/user-error.js';
import type {Profile} from './profile.js';
import {profileOptions} from './script.js';
import {noSlurm, slurmError} from './slurm-error.js';

/** A controller that is down keeps its clients waiting. */
const LIMIT_MS = 60_000;
const MAX_BYTES = 64_000_000;
/** How long a question to a node waits for a free one. */
const FREE_SECONDS = 20;

/** A task that waits or runs, as `squeue` lists it. */
type ListedTask = {
  readonly state: string;
  readonly reason: string;
  readonly name: string;
};

/** How a task ended that its run's log does not tell. */
export type EndedTask = {
  /** Such as `OUT_OF_MEMORY`. */
  readonly state: string;
  /** Exit code and signal: `0:53`. */
  readonly exit: string;
  readonly node: string;
};

type Finished = {readonly code: number; readonly stdout: string; readonly stderr: string};

/** Slurm's programs, each of whose faults is said in words. */
export class Slurm {
  readonly #env: NodeJS.ProcessEnv;

  constructor(env: NodeJS.ProcessEnv) {
    const variables = Object.entries(childEnvironment(env)).filter(
      // A person's settings for these programs would change what they print.
      ([name]) => !/^(?:SQUEUE|SACCT|SCONTROL|SINFO)_/.test(name),
    );
    // The list of an array's tasks is cut to 64 characters otherwise.
    this.#env = {...Object.fromEntries(variables), SLURM_BITSTR_LEN: '0'};
  }

  /** Asks whether the cluster would take a script. @throws UserError where it would not. */
  async test(script: string): Promise<void> {
    await this.#succeed('sbatch', ['--test-only', script]);
  }

  async version(): Promise<string> {
    return (await this.#succeed('sbatch', ['--version'])).trim();
  }

  /** Asks whether the cluster would take a task with this profile. @throws UserError where it would not. */
  async testProfile(profile: Profile): Promise<void> {
    await this.#succeed('sbatch', ['--test-only', ...profileOptions(profile), '--wrap=true']);
  }

  async hasAccounting(): Promise<boolean> {
    return (await this.#run('sacct', ['--noheader', '--allocations'])).code === 0;
  }

  /** Runs a command on a node. @returns What it prints; undefined where no node is free soon. */
  async runOnNode(
    options: readonly string[],
    command: readonly string[],
  ): Promise<string | undefined> {
    const limits = ['--quiet', '--nodes=1', '--ntasks=1', `--immediate=${FREE_SECONDS}`];
    const {code, stdout, stderr} = await this.#run('srun', [...limits, ...options, ...command]);
    if (code === 0) return stdout;
    if (/immediate|busy|resources currently unavailable/i.test(stderr)) return undefined;
    throw slurmError('srun', stderr);
  }

  /** The most tasks of one array. */
  async maxArraySize(): Promise<number> {
    const config = await this.#succeed('scontrol', ['show', 'config']);
    const [, size] = /^MaxArraySize\s*=\s*(\d+)/m.exec(config) ?? [];
    // A task's index is below it, and Slurm's own default is 1001.
    return Math.max(1, Number(size ?? 1001) - 1);
  }

  /** @returns The id of the job. */
  async submit(script: string, isHeld: boolean): Promise<string> {
    const hold = isHeld ? ['--hold'] : [];
    const output = await this.#succeed('sbatch', ['--parsable', ...hold, script]);
    const [, id] = /^(\d+)(?:;|$)/m.exec(output.trim()) ?? [];
    if (id !== undefined) return id;
    throw new UserError(`sbatch: expected the id of a job; received ${JSON.stringify(output)}.`, {
      hint: 'squeue --me shows whether there is a job.',
      exitCode: 1,
    });
  }

  /** Lets held jobs start. */
  async release(jobs: readonly string[]): Promise<void> {
    await this.#succeed('scontrol', ['release', jobs.join(',')]);
  }

  /** Cancels jobs or tasks; those that have ended stay as they are. */
  async cancel(ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.#succeed('scancel', ['--quiet', ...ids]);
  }

  /** Cancels what waits of all jobs of a name. */
  async cancelWaiting(name: string): Promise<void> {
    await this.#succeed('scancel', ['--quiet', '--state=PENDING', `--name=${name}`]);
  }

  /** Starts a task again that runs or has just ended. */
  async requeue(task: string): Promise<void> {
    await this.#succeed('scontrol', ['requeue', task]);
  }

  /** The state of a task; undefined where the cluster does not know it any more. */
  async stateOf(task: string): Promise<string | undefined> {
    const {stdout} = await this.#run('scontrol', ['show', 'job', '-o', task]);
    return field(stdout, 'JobState');
  }

  /** The tasks that wait or run, of jobs with these names, by their ids. */
  async list(
    users: readonly string[],
    names: readonly string[],
  ): Promise<ReadonlyMap<string, ListedTask>> {
    const format = '%i|%T|%r|%j';
    const jobs = [`--user=${users.join(',')}`, `--name=${names.join(',')}`];
    const output = await this.#succeed('squeue', ['--noheader', ...jobs, `--format=${format}`]);
    return new Map(
      output.split('\n').flatMap(row => {
        const [id = '', state = '', reason = '', name = ''] = row.trim().split('|');
        return taskIds(id).map(task => [task, {state, reason, name}] as const);
      }),
    );
  }

  /**
   * How tasks of array jobs ended, as far as the cluster remembers: hours with accounting, minutes
   * without. Accounting learns of an end some seconds late, so the controller is asked for what it lacks.
   */
  async ended(tasks: readonly string[]): Promise<ReadonlyMap<string, EndedTask>> {
    const accounted = await this.#accounted(jobsOf(tasks));
    const ends = new Map([...accounted].filter(([, {state}]) => !UNFINISHED.has(state)));
    const [job, ...more] = jobsOf(tasks.filter(task => endOf(ends, task) === undefined));
    if (job === undefined) return ends;
    // It tells of one job, or of all.
    const only = more.length === 0 ? [job] : [];
    const {stdout} = await this.#run('scontrol', ['show', 'job', '-o', ...only]);
    return new Map([...ends, ...fromController(stdout)]);
  }

  async #accounted(jobs: readonly string[]): Promise<Map<string, EndedTask>> {
    const {code, stdout} = await this.#run('sacct', [
      ...['--parsable2', '--noheader', '--allocations', `--jobs=${jobs.join(',')}`],
      '--format=JobID,State,ExitCode,NodeList',
    ]);
    return code === 0 ? fromAccounting(stdout) : new Map<string, EndedTask>();
  }

  /** Runs a program. @throws UserError where it fails. */
  async #succeed(program: string, args: readonly string[]): Promise<string> {
    const {code, stdout, stderr} = await this.#run(program, args);
    if (code === 0) return stdout;
    throw slurmError(program, stderr.trim() === '' ? stdout : stderr);
  }

  #run(program: string, args: readonly string[]): Promise<Finished> {
    const options = {env: this.#env, timeout: LIMIT_MS, maxBuffer: MAX_BYTES};
    return new Promise((resolve, reject) => {
      execFile(program, args, options, (error, stdout, stderr) => {
        if (error === null) resolve({code: 0, stdout, stderr});
        else if (error.code === 'ENOENT') reject(noSlurm(program, error));
        else if (error.killed === true)
          reject(slurmError(program, `${stderr}\nit did not answer within ${LIMIT_MS / 1000} s`));
        else resolve({code: typeof error.code === 'number' ? error.code : 1, stdout, stderr});
      });
    });
  }
}

/** States that accounting tells of a task until it learns of its end. */
const UNFINISHED = new Set([
  'PENDING',
  'RUNNING',
  'REQUEUED',
  'SUSPENDED',
  'COMPLETING',
  'RESIZING',
]);

/** The array jobs of tasks. */
export function jobsOf(tasks: readonly string[]): string[] {
  return [...new Set(tasks.map(task => task.split('_')[0] ?? ''))];
}

function fromAccounting(output: string): Map<string, EndedTask> {
  return new Map(
    output.split('\n').flatMap(row => {
      const [id = '', state = '', exit = '', node = ''] = row.split('|');
      // `CANCELLED by 1000`
      const end = {state: state.split(' ')[0] ?? '', exit, node};
      return taskIds(id).map(task => [task, end] as const);
    }),
  );
}

function fromController(output: string): Map<string, EndedTask> {
  return new Map(
    output.split('\n').flatMap(row => {
      const [job, index] = [field(row, 'ArrayJobId'), field(row, 'ArrayTaskId')];
      if (job === undefined || index === undefined) return [];
      const end = {
        state: field(row, 'JobState') ?? '',
        exit: field(row, 'ExitCode') ?? '',
        node: field(row, 'NodeList') ?? '',
      };
      if (index === NO_INDEX) return [[restOf(job), end] as const];
      return taskIds(/^\d+$/.test(index) ? `${job}_${index}` : `${job}_[${index}]`).map(
        task => [task, end] as const,
      );
    }),
  );
}

/** Stands for the tasks of an array that were cancelled before they had places of their own. */
const NO_INDEX = '4294967294';

function restOf(job: string): string {
  return `${job}_rest`;
}

/** How a task ended. @param ends What `Slurm.ended` returned. */
export function endOf(ends: ReadonlyMap<string, EndedTask>, task: string): EndedTask | undefined {
  return ends.get(task) ?? ends.get(restOf(task.split('_')[0] ?? ''));
}

function field(row: string, name: string): string | undefined {
  const [, value] = new RegExp(`(?:^|\\s)${name}=(\\S*)`).exec(row) ?? [];
  return value === '' || value === '(null)' ? undefined : value;
}

/** More tasks than any array has: a range that is longer was not written by Slurm. */
const MAX_TASKS = 4_000_000;

/**
 * The ids of the tasks that Slurm names by one id: `12_3`, or `12_[0,2-9:2%4]` for those of an array
 * that wait. A job that is no array has one id.
 */
export function taskIds(id: string): string[] {
  const [, job, ranges] = /^(\d+)_\[([\d,:-]+)(?:%\d+)?\]$/.exec(id) ?? [];
  if (job === undefined || ranges === undefined) return /^\d+(?:_\d+)?$/.test(id) ? [id] : [];
  return ranges.split(',').flatMap(range => indexesOf(range).map(index => `${job}_${index}`));
}

function indexesOf(range: string): number[] {
  const [, first, last = first, step = '1'] = /^(\d+)(?:-(\d+)(?::(\d+))?)?$/.exec(range) ?? [];
  if (first === undefined) return [];
  const length = Math.floor((Number(last) - Number(first)) / Number(step)) + 1;
  if (!(length > 0 && length <= MAX_TASKS)) return [];
  return Array.from({length}, (_, index) => Number(first) + index * Number(step));
}
