import type {ExitCode} from '../util/exit-codes.js';
import {printable} from '../util/format.js';
import {resourceFault} from '../util/system-fault.js';
import {messageOf, UserError} from '../util/user-error.js';

/** The text to print for anything that was thrown, and its exit code. */
export function describeError(thrown: unknown): {
  readonly text: string;
  readonly exitCode: ExitCode;
} {
  const error = thrown instanceof UserError ? withCause(thrown) : (faultError(thrown) ?? thrown);
  if (error instanceof UserError) {
    const hint = error.hint === undefined ? '' : `\n${error.hint}`;
    return {text: printable(`celeba-tui: ${error.message}${hint}\n`), exitCode: error.exitCode};
  }
  // Ctrl-C aborts whatever is being waited for.
  if (error instanceof Error && error.name === 'AbortError') {
    return {text: 'celeba-tui: interrupted\n', exitCode: 130};
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {text: `celeba-tui: this is a bug, please report it:\n${printable(trace)}\n`, exitCode: 1};
}

/** What a command advises about a file is of no use while no file can be opened. */
function withCause(error: UserError): UserError {
  const fault = resourceFault(error.cause);
  if (fault?.code !== 'EMFILE') return error;
  return new UserError(error.message, {hint: fault.hint, exitCode: error.exitCode});
}

/** An error of the system that means the same everywhere, as one for people. */
function faultError(error: unknown): UserError | undefined {
  const fault = resourceFault(error);
  if (fault === undefined) return undefined;
  const {path} = error as NodeJS.ErrnoException;
  const where = path === undefined ? '' : `${path}: `;
  return new UserError(`${where}${messageOf(error)}.`, {hint: fault.hint, exitCode: 1});
}
