import {spawn} from 'node:child_process';

const KEPT_OUTPUT = 64 * 1024;

export type CommandResult = {
  /** undefined when the program could not be started at all. */
  readonly exitCode: number | undefined;
  /** The end of what it printed, both streams together. */
  readonly output: string;
};

export type CommandOptions = {
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
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const keep = (chunk: Buffer): void => {
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', error => resolve({exitCode: undefined, output: error.message}));
    child.on('close', code => resolve({exitCode: code ?? 1, output}));
  });
}
