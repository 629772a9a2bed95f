import {printable} from '../util/format.js';
import {systemFaultError} from '../util/system-fault.js';
import {UserError} from '../util/user-error.js';
import type {ExitCode} from '../util/exit-codes.js';

/** What to print for anything that was thrown, and the exit code that says the same. */
export function describeError(thrown: unknown): {
  readonly text: string;
  readonly exitCode: ExitCode;
} {
  const error = systemFaultError(thrown, 1) ?? thrown;
  if (error instanceof UserError) {
    const hint = error.hint === undefined ? '' : `\n${printable(error.hint)}`;
    return {text: `celeba-tui: ${printable(error.message)}${hint}\n`, exitCode: error.exitCode};
  }
  // Whoever presses Ctrl-C ends what waits for an answer, wherever it is.
  if (error instanceof Error && error.name === 'AbortError') {
    return {text: 'celeba-tui: interrupted\n', exitCode: 130};
  }
  const story = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {text: `celeba-tui: this is a bug, please report it:\n${printable(story)}\n`, exitCode: 1};
}
