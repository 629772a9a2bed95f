import path from 'node:path';
import * as z from 'zod';
import {journalFile} from '../../runs/run-holder.js';
import {readJson} from '../../util/json-file.js';
import {messageOf, UserError} from '../../util/user-error.js';

/** Ten thousand ids of runs take about a megabyte. */
const MAX_BYTES = 16_000_000;

/** What the tasks of one array read: written once, before the array is submitted. */
const Submission = z.object({
  /** Ids of the runs, in the order of the tasks. */
  runs: z.array(z.string()),
  /** Whether a failed task cancels those that wait. */
  failFast: z.boolean(),
  /** How often an interrupted task starts again. */
  restarts: z.number(),
});
export type Submission = Readonly<z.infer<typeof Submission>>;

export function jobName(id: string): string {
  return `celeba-tui-${id}`;
}

/** Paths of the files of one array. Arrays of a queue count from 1. */
export function arrayFiles(runs: string, id: string, array: number) {
  const folder = path.resolve(journalFile(runs, id, 'slurm'));
  const at = (ending: string): string => path.join(folder, `${array}${ending}`);
  return {
    folder,
    script: at('.sh'),
    submission: at('.json'),
    /** What Slurm and the program print for a task. */
    output: (task: number | string) => at(`-${task}.log`),
  };
}

/** @throws UserError where the node does not have the file. */
export async function readSubmission(
  runs: string,
  id: string,
  array: number,
  node: string,
): Promise<Submission> {
  const file = arrayFiles(runs, id, array).submission;
  try {
    return await readJson(file, MAX_BYTES, Submission);
  } catch (error) {
    throw new UserError(`${node} cannot read ${file}: ${messageOf(error)}`, {
      hint: 'The nodes must see the folder of the runs under the same path as the machine that submits them. Name a folder on a shared file system with --runs DIR.',
      exitCode: 1,
      cause: error,
    });
  }
}
