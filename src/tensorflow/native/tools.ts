import {spawn} from 'node:child_process';
import {parse} from 'node:path';
import {childEnvironment} from '../../util/child-environment.js';
import {UserError} from '../../util/user-error.js';

const MAX_OUTPUT = 64 * 1024;

type CommandResult = {
  /** undefined when the program could not be started at all. */
  readonly exitCode: number | undefined;
  /** The end of what it printed, both streams together. */
  readonly output: string;
};

type CommandOptions = {
  /** The root folder where it is left out: nothing that lies in the user's own is picked up. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
};

/** Runs a program to its end and keeps what it said. Never throws. */
export function runCommand(
  program: string,
  commandArguments: readonly string[],
  {cwd, env, timeoutMs}: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise(resolve => {
    let output = '';
    const child = spawn(program, commandArguments, {
      cwd: cwd ?? parse(process.execPath).root,
      env: childEnvironment(env ?? process.env),
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', error => resolve({exitCode: undefined, output: error.message}));
    child.on('close', code => resolve({exitCode: code ?? 1, output}));
  });
}

/** The line that says best what went wrong: the first that speaks of an error, else the last. */
export function errorLine(output: string): string {
  const lines = output.trim().split('\n');
  const line = lines.find(text => /\berror\b/i.test(text)) ?? lines.at(-1) ?? '';
  return line.trim() || 'it said nothing';
}

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
