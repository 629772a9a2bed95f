import {spawn} from 'node:child_process';
import {parse} from 'node:path';
import {childEnvironment} from '../../util/child-environment.js';
import {UserError} from '../../util/user-error.js';

const MAX_OUTPUT = 64 * 1024;

type CommandResult = {
  /** undefined when the program did not start. */
  readonly exitCode: number | undefined;
  /** The end of its output, of both streams. */
  readonly output: string;
};

type CommandOptions = {
  /** Default: the root folder, so that no configuration of the user is read. */
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
};

/** Runs a program to its end and returns its output. Never throws. */
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
    const append = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT);
    };
    child.stdout.on('data', append);
    child.stderr.on('data', append);
    child.on('error', error => resolve({exitCode: undefined, output: error.message}));
    child.on('close', code => resolve({exitCode: code ?? 1, output}));
  });
}

/** Selects the line of an output that explains a failure: the first with an error, else the last. */
export function errorLine(output: string): string {
  const lines = output.trim().split('\n');
  const line = lines.find(text => /\berror\b/i.test(text)) ?? lines.at(-1) ?? '';
  return line.trim() || 'it printed nothing';
}

/**
 * Runs isolated: imports only from Python's own folders, not from the working folder, those of the
 * user or `PYTHONPATH`.
 */
export const PIP = ['python3', '-I', '-m', 'pip'] as const;

/** Programs that building needs, with a remedy for each that is missing. */
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

/** Returns the missing tools; only a library that comes as a wheel needs pip. */
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
