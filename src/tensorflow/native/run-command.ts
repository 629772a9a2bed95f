import {spawn} from 'node:child_process';
import {parse} from 'node:path';
import {childEnvironment} from '../../util/child-environment.js';

const KEPT_OUTPUT = 64 * 1024;

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
      output = (output + chunk.toString('utf8')).slice(-KEPT_OUTPUT);
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
