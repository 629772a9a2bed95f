import type {ExitCode} from './exit-codes.js';
import {resourceFault} from './system-fault.js';

/**
 * An error that a user can understand and fix: the message says where, what was expected and what was
 * received; `hint` says what to do. It is printed without a stack.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(
    message: string,
    {
      hint,
      exitCode = 2,
      cause,
    }: {hint?: string | undefined; exitCode?: ExitCode; cause?: unknown} = {},
  ) {
    super(message, cause === undefined ? undefined : {cause});
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The message of anything that was thrown; in words where the system has used something up. */
export function messageOf(error: unknown): string {
  const fault = resourceFault(error);
  if (fault !== undefined) return `${fault.what} (${fault.code})`;
  return error instanceof Error ? error.message : String(error);
}

/** What to do about anything that was thrown; undefined where it does not say. */
export function hintOf(error: unknown): string | undefined {
  return error instanceof UserError ? error.hint : resourceFault(error)?.hint;
}

/** The message with the hint, for where there is no place for two lines. */
export function errorText(error: unknown): string {
  return [messageOf(error), hintOf(error)].filter(text => text !== undefined).join(' ');
}
