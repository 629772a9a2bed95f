import {randomBytes} from 'node:crypto';
import {mkdir, rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {programFile} from '../../util/package-file.js';
import type {Profile} from './profile.js';
import {profileOptions} from './script.js';
import type {Slurm} from './slurm.js';

/** What a node of the cluster has; each is true where it does. */
type NodeProbe = {
  readonly node: string;
  readonly seesRuns: boolean;
  readonly seesProgram: boolean;
  /** Version of the Node.js that a task would use; undefined where there is none. */
  readonly nodeVersion: string | undefined;
};

/**
 * Looks at the folder of the runs and at the program from a node.
 *
 * @returns undefined where no node was free at once.
 * @throws UserError where the cluster refuses the task.
 */
export async function probeNode(
  slurm: Slurm,
  runs: string,
  profile: Profile,
): Promise<NodeProbe | undefined> {
  const folder = path.resolve(runs);
  await mkdir(folder, {recursive: true});
  const marker = path.join(folder, `.celeba-tui-probe-${randomBytes(4).toString('hex')}`);
  await writeFile(marker, '', {flag: 'wx'});
  try {
    const commands = [
      ...profile.before,
      'echo "node=${SLURMD_NODENAME:-$(hostname)}"',
      '[ -e "$1" ] && echo runs=yes',
      '[ -e "$2" ] && echo program=yes',
      '[ -x "$3" ] || set -- "$1" "$2" "$(command -v node)"',
      '[ -n "$3" ] && echo "version=$("$3" --version)"',
      'true',
    ];
    const output = await slurm.runOnNode(profileOptions(profile), [
      ...['bash', '-c', commands.join('\n'), 'probe'],
      ...[marker, programFile('main.js'), process.execPath],
    ]);
    if (output === undefined) return undefined;
    const answers = new Map(output.split('\n').map(line => line.split('=') as [string, string]));
    return {
      node: answers.get('node') ?? 'a node',
      seesRuns: answers.has('runs'),
      seesProgram: answers.has('program'),
      nodeVersion: answers.get('version'),
    };
  } finally {
    await rm(marker, {force: true});
  }
}
