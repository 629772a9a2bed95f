import type {Command} from 'commander';
import type {RunDeps} from '../app/start.js';
import type {ExitCode} from '../util/exit-codes.js';
import type {TerminalSignals} from './terminal-signals.js';

/** What the process gives to every command. */
export type CommandContext = RunDeps & {
  readonly stdout: NodeJS.WriteStream & {readonly fd: number};
  /** Opens standard input, for commands that read it. */
  readonly openStdin: () => NodeJS.ReadStream;
  readonly signals: TerminalSignals;
  readonly version: string;
};

/** Loads and runs a command; returns its exit code. */
export type CommandAction<Args extends unknown[]> = (
  context: CommandContext,
  ...args: Args
) => Promise<ExitCode>;

/** Turns an action into one for commander: supplies the context and keeps the exit code. */
export type ToAction = <Args extends unknown[]>(
  action: CommandAction<Args>,
) => (...args: Args) => Promise<void>;

/** Adds a command to the program or to a group of commands. */
export type AddCommand = (parent: Command, toAction: ToAction) => void;

/** The folder in which experiments are found by name. */
export async function findExperimentsFolder(): Promise<string> {
  const {experimentsFolder} = await import('../experiment/load.js');
  return experimentsFolder(process.cwd());
}

/** Aborts at the first Ctrl-C; the second one ends the process. */
export function abortOnInterrupt({signals}: CommandContext): AbortSignal {
  const abort = new AbortController();
  const onInterrupt = (): void => {
    signals.off('SIGINT', onInterrupt);
    abort.abort();
  };
  signals.on('SIGINT', onInterrupt);
  return abort.signal;
}
