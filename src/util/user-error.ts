import type {ExitCode} from './exit-codes.js';

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

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
