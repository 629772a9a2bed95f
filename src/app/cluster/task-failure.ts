import path from 'node:path';
import {journalFile} from '../../runs/run-holder.js';
import {readRunInfo} from '../../runs/run-info.js';
import {readJournal} from '../../runs/queue/journal.js';
import {RunFolder} from '../../runs/run-folder.js';
import {readLastLines} from '../../util/safe-file.js';
import {withoutRepeats} from '../../util/format.js';
import type {EndedTask} from './slurm.js';
import {arrayFiles} from './submission.js';

const TAIL_BYTES = 4_000;
const TAIL_LINES = 4;

type Failure = {readonly message: string; readonly hint?: string};

/** The signal with which Slurm ends a task whose output it cannot open. */
const NO_OUTPUT = /:53$/;

/** Words why a task ended, for a run whose log does not tell; undefined where it was cancelled. */
export async function taskFailure(
  runs: string,
  run: string,
  job: string,
  end: EndedTask | undefined,
): Promise<Failure | undefined> {
  if (end?.state === 'CANCELLED') return undefined;
  if (end === undefined || end.state === 'COMPLETED')
    return {message: `The task ${job} is gone from the cluster, which does not tell how it ended.`};
  const {state, exit, node} = end;
  const where = node === '' ? '' : ` on ${node}`;
  if (NO_OUTPUT.test(exit))
    return {
      message: `Slurm could not start the task ${job}${where}: the node cannot write to ${path.dirname(journalFile(path.resolve(runs), 'x'))}.`,
      hint: 'The nodes must see the folder of the runs under the same path, and be able to write to it. Name a folder on a shared file system with --runs DIR.',
    };
  const hint = hints[state];
  if (hint !== undefined) return {message: `Slurm ended the task ${job}${where}: ${state}.`, hint};
  const tail = await outputOf(runs, run, job);
  return {
    message: `The task ${job}${where} ended: ${state}, exit code ${exit.split(':')[0]}.${tail === '' ? '' : `\n${tail}`}`,
  };
}

const hints: Readonly<Record<string, string>> = {
  OUT_OF_MEMORY: 'Ask for more with memory: in the profile, or use a smaller batch.',
  TIMEOUT:
    'It reached its time limit before its first checkpoint. Ask for more with time: in the profile.',
  NODE_FAIL: 'The node failed. To continue: celeba-tui run --resume --on slurm',
  BOOT_FAIL: 'The node did not start. To continue: celeba-tui run --resume --on slurm',
  DEADLINE: 'The task could not end before its deadline.',
};

/** The end of what the task printed. */
async function outputOf(runs: string, run: string, job: string): Promise<string> {
  const {info} = readRunInfo(new RunFolder(path.join(runs, run)));
  if (info?.batch === undefined) return '';
  const {journal} = await readJournal(runs, info.batch);
  const [array, task] = job.split('_');
  const index = journal?.arrays.findIndex(submitted => submitted.job === array) ?? -1;
  if (index === -1 || task === undefined) return '';
  const text = await readLastLines(
    arrayFiles(runs, info.batch, index + 1).output(task),
    TAIL_BYTES,
  );
  return withoutRepeats(text.split('\n')).slice(-TAIL_LINES).join('\n');
}
