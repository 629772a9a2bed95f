import {setTimeout as sleep} from 'node:timers/promises';
import {assertSecure, isSecure} from '../../util/secure-address.js';
import {messageOf, UserError} from '../../util/user-error.js';
import {dataError} from '../layouts/text-file.js';

const RETRY_MS = [500, 2000, 6000];
/** A server that sends nothing for this long is asked again. */
const SILENT_MS = 60_000;
/** Fewer bytes do not count as an answer, or a server could send one a minute for ever. */
const SIGN_OF_LIFE_BYTES = 1024;
/** After this many bytes that need not be fetched again, attempts are counted from zero. */
const PROGRESS_BYTES = 65_536;
/** Hugging Face redirects twice. */
const MAX_REDIRECTS = 8;

export type HttpOptions = {
  readonly signal: AbortSignal;
  readonly wait?: (ms: number) => Promise<unknown>;
  /** How long a server may send nothing. */
  readonly silentMs?: number;
};

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  /** The body, piece by piece; a longer one than `maxBytes` is cut off. */
  readonly body: (maxBytes: number) => AsyncGenerator<Uint8Array, void>;
};

/** The server's answer is final: another attempt will not change it. */
export class FinalAnswer extends Error {}

/**
 * Requests a page or a part of a file, with retries when the connection fails.
 *
 * @param headers Called for each attempt: it can ask for the rest of what the last one left.
 * @param read    Reads the response; where it throws, the request is repeated.
 * @throws UserError with exit code 3 where it does not come, 2 where the address is not secure.
 */
export async function httpGet<T>(
  url: string,
  headers: () => Readonly<Record<string, string>>,
  options: HttpOptions,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  assertSecure(url);
  const {signal, wait = ms => sleep(ms, undefined, {signal})} = options;
  for (let attempt = 0; ; attempt++) {
    const question = new Question(options);
    try {
      return await read(await question.ask(url, headers()));
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof UserError) throw error;
      if (question.keptBytes >= PROGRESS_BYTES) attempt = 0;
      const pause = RETRY_MS[attempt];
      if (pause === undefined || error instanceof FinalAnswer) {
        throw unreachable(url, question.isSilent ? question.silence : error);
      }
      await wait(pause);
    } finally {
      question.end();
    }
  }
}

/** One attempt, which ends when the server is silent for too long. */
class Question {
  /** Bytes of a part of a file that the next attempt need not ask for. */
  keptBytes = 0;
  readonly silence: Error;
  readonly #abort = new AbortController();
  readonly #signal: AbortSignal;
  readonly #timer: NodeJS.Timeout;

  constructor({signal, silentMs = SILENT_MS}: HttpOptions) {
    this.silence = new Error(`it sent nothing for ${Math.ceil(silentMs / 1000)} s`);
    this.#signal = AbortSignal.any([signal, this.#abort.signal]);
    this.#timer = setTimeout(() => this.#abort.abort(this.silence), silentMs);
  }

  get isSilent(): boolean {
    return this.#abort.signal.aborted;
  }

  async ask(url: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
    let address = url;
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      const response = await fetch(address, {headers, signal: this.#signal, redirect: 'manual'});
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        if (!response.ok) await refuse(response);
        const {status, headers: answered} = response;
        return {status, headers: answered, body: maxBytes => this.#body(response, maxBytes)};
      }
      await response.body?.cancel();
      address = redirected(address, location);
    }
    throw new FinalAnswer(`it redirects more than ${MAX_REDIRECTS} times`);
  }

  /** Closes the connection, even where more was to come. */
  end(): void {
    clearTimeout(this.#timer);
    this.#abort.abort(this.silence);
  }

  async *#body({body, status}: Response, maxBytes: number): AsyncGenerator<Uint8Array, void> {
    let bytes = 0;
    let sinceSign = 0;
    // Leaving the loop early closes the connection.
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      sinceSign += chunk.length;
      if (bytes > maxBytes) throw new FinalAnswer(`it sends more than ${maxBytes} bytes`);
      if (sinceSign >= SIGN_OF_LIFE_BYTES) {
        this.#timer.refresh();
        sinceSign = 0;
      }
      if (status === 206) this.keptBytes += chunk.length;
      yield chunk;
    }
  }
}

/** The address of a redirect; never one that can be overheard. */
function redirected(from: string, location: string): string {
  if (!URL.canParse(location, from)) throw new FinalAnswer('it redirects to an invalid address');
  const {href} = new URL(location, from);
  // A server must not reach through this program what only this machine can reach.
  const leadsInside = href.startsWith('http:') && !from.startsWith('http:');
  if (isSecure(href) && !leadsInside) return href;
  throw new FinalAnswer(`it redirects to ${href.slice(0, 200)}, which is not https`);
}

async function refuse(response: Response): Promise<never> {
  await response.body?.cancel();
  const {status} = response;
  const text = `it answered ${status} ${response.statusText.slice(0, 80)}`.trimEnd();
  throw status >= 500 || status === 429 || status === 408 ? new Error(text) : new FinalAnswer(text);
}

function unreachable(url: string, error: unknown): UserError {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const text = messageOf(cause) || messageOf(error);
  return dataError(`${url} cannot be fetched: ${text}.`, hintFor(text), error);
}

function hintFor(text: string): string {
  if (/answered 40[13]/.test(text)) {
    return 'The repository requires a sign-in. Fetch its files with its own tools, and name their folder with --data.';
  }
  if (/answered 404/.test(text))
    return 'Name another repository with --repository, or another server with --from.';
  return `What is already fetched is kept: try again, or name another server with --from.${proxyHint(text)}`;
}

/** Node uses a proxy only when it is told to, and from version 24 on. */
function proxyHint(text: string): string {
  const isSet = ['HTTPS_PROXY', 'https_proxy'].some(name => (process.env[name] ?? '') !== '');
  if (!isSet || /answered|sends/.test(text)) return '';
  return ' HTTPS_PROXY is set: Node uses it from version 24, with NODE_USE_ENV_PROXY=1.';
}
