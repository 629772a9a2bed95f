import {printable} from '../util/format.js';
import {systemFaultError} from '../util/system-fault.js';
import {UserError} from '../util/user-error.js';
import type {ExitCode} from '../util/exit-codes.js';

/** The text to print for anything that was thrown, and its exit code. */
export function describeError(thrown: unknown): {
  readonly text: string;
  readonly exitCode: ExitCode;
} {
  const error = systemFaultError(thrown, 1) ?? thrown;
  if (error instanceof UserError) {
    const hint = error.hint === undefined ? '' : `\n${printable(error.hint)}`;
    return {text: `celeba-tui: ${printable(error.message)}${hint}\n`, exitCode: error.exitCode};
  }
  // Ctrl-C aborts whatever is being waited for.
  if (error instanceof Error && error.name === 'AbortError') {
    return {text: 'celeba-tui: interrupted\n', exitCode: 130};
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {text: `celeba-tui: this is a bug, please report it:\n${printable(trace)}\n`, exitCode: 1};
}
