import type {Command} from 'commander';
import type {RunDeps} from '../app/prepare-queue.js';
import type {ExitCode} from '../util/exit-codes.js';
import type {TerminalSignals} from './terminal-signals.js';

/** What every command gets from the process that it runs in. */
export type CommandContext = RunDeps & {
  readonly stdout: NodeJS.WriteStream & {readonly fd: number};
  /** Opens standard input: only a command that reads it asks for it. */
  readonly openStdin: () => NodeJS.ReadStream;
  readonly signals: TerminalSignals;
  readonly version: string;
};

/** Loads what a command needs, does its work, and says how it ended. */
export type CommandAction<Args extends unknown[]> = (
  context: CommandContext,
  ...args: Args
) => Promise<ExitCode>;

/** Makes an action for commander: it supplies the context and keeps the exit code. */
export type ToAction = <Args extends unknown[]>(
  action: CommandAction<Args>,
) => (...args: Args) => Promise<void>;

/** Adds a command to the program or to a group. Each file in `commands/` exports one. */
export type AddCommand = (parent: Command, toAction: ToAction) => void;

/** Where experiments are found by name. Loads what reads them. */
export async function findExperimentsFolder(): Promise<string> {
  const {experimentsFolder} = await import('../experiment/load.js');
  return experimentsFolder(process.cwd());
}

/** Aborts at the first Ctrl-C; a second one ends the process. */
export function abortOnInterrupt({signals}: CommandContext): AbortSignal {
  const abort = new AbortController();
  const onInterrupt = (): void => {
    signals.off('SIGINT', onInterrupt);
    abort.abort();
  };
  signals.on('SIGINT', onInterrupt);
  return abort.signal;
}
