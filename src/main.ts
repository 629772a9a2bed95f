#!/usr/bin/env node
/** argv -> command -> exit code. One of the two files that call process.exit. */
import {readFileSync} from 'node:fs';
import type {CommandContext} from './cli/command.js';
import {describeError} from './cli/errors.js';
import {TerminalSignals} from './cli/terminal-signals.js';
import type {ExitCode} from './util/exit-codes.js';
import {rawArguments} from './util/raw-names.js';

const {version} = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const {stdout, stderr, env} = process;
const signals = new TerminalSignals(process);
const end = (code: number): void =>
  signals.isTerminalGone ? signals.endWithoutTerminal() : process.exit(code);
for (const stream of [stdout, stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EIO' && stream.isTTY) signals.close();
    // A reader that has seen enough, such as head, is no failure.
    else end(error.code === 'EPIPE' ? 0 : 1);
  });

const context: CommandContext = {
  ...{stdout, stderr, env, signals, version},
  openStdin: () => process.stdin,
  now: () => Date.now(),
  random: Math.random,
};
/** @returns The exit code, after errors were said. */
async function runCommand(): Promise<ExitCode> {
  let exitCode: ExitCode = 0;
  try {
    // Loaded here, so that a system without files or memory left for it is said in a sentence.
    const {makeProgram} = await import('./cli/program.js');
    const program = makeProgram(
      action =>
        async (...args) => {
          exitCode = await action(context, ...args);
        },
      version,
    );
    await program.parseAsync(rawArguments(process.argv.slice(2)), {from: 'user'});
  } catch (error) {
    // Help and version were asked for; everything else was said on stderr already.
    if (isCommanderError(error)) return error.exitCode === 0 ? 0 : 2;
    const described = describeError(error);
    stderr.write(described.text);
    return described.exitCode;
  }
  return exitCode;
}

/** By its code: the class itself is loaded with the command line, which may have failed. */
function isCommanderError(error: unknown): error is Error & {readonly exitCode: number} {
  const {code} = error as {readonly code?: unknown};
  return error instanceof Error && typeof code === 'string' && code.startsWith('commander.');
}

void runCommand().then(exitCode => {
  // Output that is still on its way to a pipe is written before the process ends.
  stdout.write('', () => end(exitCode));
});
