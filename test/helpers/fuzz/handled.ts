import {expect} from 'vitest';
import {describeError} from '../../../src/cli/errors.js';
import {UserError} from '../../../src/util/user-error.js';
import {unsafeCharacters} from './hostile-text.js';

/** Long enough for every problem of a file; short enough to read. */
const MAX_MESSAGE = 8000;

/** Whether something that was thrown is a clear error with a documented exit code, safe to print. */
export function expectUserError(error: unknown, ...exitCodes: readonly number[]): void {
  if (!(error instanceof UserError)) throw error;
  expect(error.message.trim()).not.toBe('');
  expect(error.message.length).toBeLessThan(MAX_MESSAGE);
  expect(exitCodes).toContain(error.exitCode);
  expectPrintable(describeError(error).text);
}

export function expectPrintable(text: string): void {
  expect(unsafeCharacters(text)).toEqual([]);
}

/** A stream that keeps what is written to it. */
class KeptStream {
  text = '';
  readonly columns = 80;

  write(text: string | Uint8Array): boolean {
    this.text += typeof text === 'string' ? text : Buffer.from(text).toString();
    return true;
  }
}

/** The streams of a command whose words are looked at afterwards. */
export function keptStreams(): {
  readonly stdout: KeptStream & NodeJS.WritableStream;
  readonly stderr: KeptStream & NodeJS.WritableStream;
} {
  const kept = (): KeptStream & NodeJS.WritableStream =>
    new KeptStream() as KeptStream & NodeJS.WritableStream;
  return {stdout: kept(), stderr: kept()};
}
