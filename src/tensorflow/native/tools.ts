import {UserError} from '../../util/user-error.js';
import {runCommand} from './run-command.js';

/**
 * Isolated: modules come from Python's own folders alone, neither from the working folder nor from
 * the user's own ones or `PYTHONPATH`.
 */
export const PIP = ['python3', '-I', '-m', 'pip'] as const;

/** What building needs, and how each is got where it is missing. */
const tools = [
  {
    name: 'Python 3',
    command: ['python3', '-I', '--version'],
    remedy: 'Install Python 3 (Debian: apt install python3).',
  },
  {
    name: 'pip',
    command: [...PIP, '--version'],
    remedy: 'Install pip (Debian: apt install python3-pip).',
  },
  {
    name: 'a C++ compiler',
    command: ['g++', '--version'],
    remedy: 'Install g++ (Debian: apt install g++).',
  },
  {
    name: 'make',
    command: ['make', '--version'],
    remedy: 'Install make (Debian: apt install make).',
  },
] as const;

type MissingTool = {readonly name: string; readonly remedy: string};

/** The tools that are not there; pip is needed only for a library that comes as a wheel. */
export async function missingTools(
  env: NodeJS.ProcessEnv,
  needsPip: boolean,
): Promise<MissingTool[]> {
  const needed = tools.filter(({name}) => needsPip || name !== 'pip');
  const isThere = await Promise.all(
    needed.map(
      async ({command: [program, ...rest]}) =>
        (await runCommand(program, rest, {env})).exitCode === 0,
    ),
  );
  return needed
    .filter((_, index) => isThere[index] !== true)
    .map(({name, remedy}) => ({name, remedy}));
}

/** @throws UserError naming every tool that is missing. */
export async function requireTools(env: NodeJS.ProcessEnv, needsPip: boolean): Promise<void> {
  const missing = await missingTools(env, needsPip);
  if (missing.length === 0) return;
  throw new UserError(
    `The native backend cannot be built: ${missing.map(({name}) => name).join(', ')} not found.`,
    {hint: missing.map(({remedy}) => remedy).join('\n'), exitCode: 4},
  );
}
