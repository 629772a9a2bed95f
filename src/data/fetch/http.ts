import {setTimeout as sleep} from 'node:timers/promises';
import {messageOf, UserError} from '../../util/user-error.js';
import {dataError} from '../layouts/text-file.js';

/** Waits between attempts. */
const RETRY_MS = [500, 2000, 6000];
/** A server that says nothing for so long is asked again. */
const SILENT_MS = 60_000;

export type HttpOptions = {
  readonly signal: AbortSignal;
  /** Before another attempt. */
  readonly wait?: (ms: number) => Promise<unknown>;
};

/** The server said something that another attempt will not change. */
class FinalAnswer extends Error {}

/**
 * Asks for a page or a part of a file, some times over where the connection fails.
 *
 * @param read What is wanted of the answer; where it throws, the question is asked again.
 * @throws UserError with exit code 3 where it does not come.
 */
export async function httpGet<T>(
  url: string,
  headers: Readonly<Record<string, string>>,
  {signal, wait = ms => sleep(ms, undefined, {signal})}: HttpOptions,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      const silent = AbortSignal.timeout(SILENT_MS);
      const response = await fetch(url, {headers, signal: AbortSignal.any([signal, silent])});
      if (!response.ok) await refuse(response);
      return await read(response);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UserError) throw error;
      const pause = RETRY_MS[attempt];
      if (pause === undefined || error instanceof FinalAnswer) throw unreachable(url, error);
      await wait(pause);
    }
  }
}

async function refuse(response: Response): Promise<never> {
  await response.body?.cancel();
  const {status} = response;
  const text = `it answered ${status} ${response.statusText}`.trimEnd();
  throw status >= 500 || status === 429 || status === 408 ? new Error(text) : new FinalAnswer(text);
}

function unreachable(url: string, error: unknown): UserError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = messageOf(cause) || messageOf(error);
  const hint = /answered 40[13]/.test(text)
    ? 'The repository wants you to sign in; fetch its files with its own tools, and name their folder with --data.'
    : /answered 404/.test(text)
      ? 'Name another repository with --repository, or another server with --from.'
      : 'What was fetched is kept: try again, or name another server with --from.';
  return dataError(`${url} cannot be fetched: ${text}.`, hint, error);
}
