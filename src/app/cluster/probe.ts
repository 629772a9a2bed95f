import {randomBytes} from 'node:crypto';
import {rm, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {programFile} from '../../util/package-file.js';
import {makeFolders} from '../../util/safe-file.js';
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
  /** Whether the native backend loads and computes there, and what its check printed. */
  readonly native: {readonly works: boolean; readonly text: string};
};

/**
 * Looks at the folder of the runs, the program and the native backend from a node.
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
  makeFolders(folder);
  const marker = path.join(folder, `.celeba-tui-probe-${randomBytes(4).toString('hex')}`);
  await writeFile(marker, '', {flag: 'wx'});
  try {
    const commands = [
      ...profile.before,
      'echo "node=${SLURMD_NODENAME:-$(hostname)}"',
      '[ -e "$1" ] && echo runs=yes',
      '[ -e "$2" ] && echo program=yes',
      '[ -x "$3" ] || set -- "$1" "$2" "$(command -v node)" "$4"',
      '[ -n "$3" ] && echo "version=$("$3" --version)"',
      '[ -e "$4" ] && echo "native=$("$3" "$4" 2>&1 | grep -m 1 -E "^(works|\\w*Error):")"',
      'true',
    ];
    const output = await slurm.runOnNode(profileOptions(profile), [
      ...['bash', '-c', commands.join('\n'), 'probe'],
      ...[marker, programFile('main.js'), process.execPath],
      programFile('tensorflow/native/check-main.js'),
    ]);
    if (output === undefined) return undefined;
    const answers = new Map(
      output.split('\n').map(line => {
        const [name = '', ...value] = line.split('=');
        return [name, value.join('=')];
      }),
    );
    const native = answers.get('native') ?? '';
    return {
      node: answers.get('node') ?? 'a node',
      seesRuns: answers.has('runs'),
      seesProgram: answers.has('program'),
      nodeVersion: answers.get('version'),
      native: {works: native.startsWith('works'), text: native.replace(/^\w+: /, '')},
    };
  } finally {
    await rm(marker, {force: true});
  }
}
