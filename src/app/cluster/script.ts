import {shellWord} from '../../util/shell-word.js';
import {limitSeconds, type Profile} from './profile.js';

/** How long before the time limit a task is asked to stop with a checkpoint. */
const NOTICE_SECONDS = 90;
/** A short limit leaves at least three quarters of it for training. */
const NOTICE_FRACTION = 4;

/** Everything that a script of one array names. Paths are absolute. */
type ArrayScript = {
  readonly profile: Profile;
  /** Name of the job, by which all arrays of a queue are found. */
  readonly name: string;
  /** Tasks of this array. */
  readonly tasks: number;
  /** How many of them may run at a time; all where it is undefined. */
  readonly maxParallel: number | undefined;
  /** Output of a task; `%a` stands for its index. */
  readonly output: string;
  /** Node, the program and its arguments before the index of the task. */
  readonly command: readonly string[];
};

/** The script of an array job. The program takes the place of the shell, so that Slurm's signals reach it. */
export function arrayScript(script: ArrayScript): string {
  const {profile, tasks, maxParallel, command} = script;
  const throttle = maxParallel === undefined ? '' : `%${maxParallel}`;
  const options = [
    `--job-name=${script.name}`,
    `--array=0-${tasks - 1}${throttle}`,
    `--output="${script.output}"`,
    '--open-mode=append',
    '--requeue',
    `--signal=B:USR1@${noticeSeconds(profile)}`,
    ...profileOptions(profile),
  ];
  const [node = '', program = '', ...args] = command;
  return `${[
    '#!/bin/bash',
    ...options.map(option => `#SBATCH ${option}`),
    '',
    '# A signal before the program listens must not end the task.',
    "trap '' USR1",
    ...profile.before,
    `node=${shellWord(node)}`,
    '[ -x "$node" ] || node=$(command -v node)',
    'if [ -z "$node" ]; then',
    `  echo "celeba-tui: $(hostname) has no Node.js: neither" ${shellWord(node)} "nor on its PATH. Name a command that loads it in the profile, with before:" >&2`,
    '  exit 1',
    'fi',
    `if [ ! -e ${shellWord(program)} ]; then`,
    `  echo "celeba-tui: $(hostname) does not see" ${shellWord(program)}. "Install celeba-tui in a folder that all nodes share." >&2`,
    '  exit 1',
    'fi',
    `exec "$node" ${[program, ...args].map(shellWord).join(' ')} "$SLURM_ARRAY_TASK_ID"`,
  ].join('\n')}\n`;
}

/** What a profile asks for, as options of sbatch and srun. */
export function profileOptions(profile: Profile): string[] {
  const {partition, account, time, cpus, memory, constraint, sbatch} = profile;
  return [
    ...valued({partition, account, time, 'cpus-per-task': cpus, mem: memory, constraint}),
    ...sbatch.map(line => line.trim()),
  ];
}

function valued(options: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : `--${name}=${value}`,
  );
}

function noticeSeconds(profile: Profile): number {
  const limit = limitSeconds(profile);
  const most = limit === undefined ? Infinity : Math.floor(limit / NOTICE_FRACTION);
  return Math.max(1, Math.min(NOTICE_SECONDS, most));
}

/** A path in an option of sbatch, which replaces what follows `%`. */
export function sbatchPath(place: string): string {
  return place.replaceAll('%', '%%').replaceAll('"', '\\"');
}
