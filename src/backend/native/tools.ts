import {UserError} from '../../util/user-error.js';
import {runCommand} from './run-command.js';

/** What building needs, and how each is got where it is missing. */
const tools = [
  {
    name: 'Python 3',
    command: ['python3', '--version'],
    remedy: 'Install Python 3 (Debian: apt install python3).',
  },
  {
    name: 'pip',
    command: ['python3', '-m', 'pip', '--version'],
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

export type MissingTool = {readonly name: string; readonly remedy: string};

/** The tools that are not there. */
export async function missingTools(): Promise<MissingTool[]> {
  const found = await Promise.all(
    tools.map(
      async ({command: [program, ...rest]}) => (await runCommand(program, rest)).exitCode === 0,
    ),
  );
  return tools
    .filter((_, index) => found[index] !== true)
    .map(({name, remedy}) => ({name, remedy}));
}

/** @throws UserError naming every tool that is missing. */
export async function requireTools(): Promise<void> {
  const missing = await missingTools();
  if (missing.length === 0) return;
  throw new UserError(
    `The native backend cannot be built: ${missing.map(({name}) => name).join(', ')} not found.`,
    {hint: missing.map(({remedy}) => remedy).join('\n'), exitCode: 4},
  );
}
