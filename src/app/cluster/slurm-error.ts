import {UserError} from '../../util/user-error.js';

export function noSlurm(program: string, cause: unknown): UserError {
  return new UserError(
    `${program} is not found: Slurm's programs are not on this machine's PATH.`,
    {
      hint: 'Start celeba-tui on a login node of the cluster, or load its module first, such as: module load slurm',
      cause,
    },
  );
}

/** What Slurm says, and what to do about it. */
const REMEDIES: readonly (readonly [RegExp, string])[] = [
  [
    /account(?!ing)|association/i,
    'sacctmgr show associations user=$USER lists your accounts; the profile names one with account:.',
  ],
  [/partition/i, 'sinfo --summarize lists the partitions; the profile names one with partition:.'],
  [
    /configuration is not available|memory/i,
    'sinfo --format="%P %c %m %f" lists processors and megabytes of the nodes; the profile asks with cpus: and memory:.',
  ],
  [
    /feature/i,
    'sinfo --format="%P %f" lists the features of the nodes; the profile names them with constraint:.',
  ],
  [
    /time ?limit/i,
    'sinfo --format="%P %l" lists the time limits of the partitions; the profile sets one with time:. A run that takes longer continues in the next task.',
  ],
  [
    /contact|config|connect/i,
    'scontrol ping tells whether the controller answers. Try again later.',
  ],
  [
    /limit|QOS|temporarily un/i,
    'The cluster limits your jobs. Submit fewer runs at a time, or ask its administrators.',
  ],
  [/did not answer/i, 'scontrol ping tells whether the controller answers. Try again later.'],
];

/** @param output What a program of Slurm printed. */
export function slurmError(program: string, output: string): UserError {
  const lines = output
    .split('\n')
    .map(line =>
      line.replace(/^(?:\w+: )?(?:error: |fatal: )?(?:allocation failure: )?/, '').trim(),
    )
    .filter(line => line !== '');
  const words = [...new Set(lines)].slice(-3).join('; ') || 'it failed without a word';
  const [, hint] = REMEDIES.find(([pattern]) => pattern.test(words)) ?? [];
  return new UserError(`${program}: ${words}`, {hint, exitCode: 2});
}
