import {mkdtemp, rm} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {programFile} from '../../util/package-file.js';
import {makeFolders} from '../../util/safe-file.js';
import {writeAtomic} from '../../util/write-atomic.js';
import type {RunOptions} from '../load-jobs.js';
import type {RunDeps} from '../start.js';
import type {Profile} from './profile.js';
import {arrayScript, sbatchPath} from './script.js';
import type {Slurm} from './slurm.js';
import {arrayFiles, jobName, type Submission} from './submission.js';

/** What all arrays of a submission have in common. */
export type ClusterContext = {
  readonly profile: Profile;
  /** How many tasks may run at a time; as many as the cluster allows where it is undefined. */
  readonly maxParallel: number | undefined;
  readonly options: RunOptions;
  readonly deps: RunDeps;
};

export function scriptOf(
  id: string,
  array: number,
  tasks: number,
  {options, profile, maxParallel}: ClusterContext,
): string {
  const runs = path.resolve(options.runs);
  const args = ['run-task', '--runs', runs, '--queue', id, '--array', String(array)];
  return arrayScript({
    ...{profile, tasks, maxParallel, name: jobName(id)},
    output: sbatchPath(arrayFiles(runs, id, array).folder) + `/${array}-%a.log`,
    command: [process.execPath, programFile('main.js'), ...args],
  });
}

/** Asks the cluster before anything is written to the folder of the runs. */
export async function testScript(
  slurm: Slurm,
  id: string,
  tasks: number,
  context: ClusterContext,
): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'celeba-tui-slurm-'));
  try {
    const file = path.join(folder, 'test.sh');
    await writeAtomic(file, scriptOf(id, 1, tasks, context));
    await slurm.test(file);
  } finally {
    await rm(folder, {recursive: true, force: true});
  }
}

/** Writes the files of an array. @returns Its script. */
export async function writeArray(
  id: string,
  array: number,
  submission: Submission,
  context: ClusterContext,
): Promise<string> {
  const files = arrayFiles(context.options.runs, id, array);
  makeFolders(files.folder);
  await writeAtomic(files.submission, `${JSON.stringify(submission)}\n`);
  await writeAtomic(files.script, scriptOf(id, array, submission.runs.length, context));
  return files.script;
}
