import {createHash} from 'node:crypto';
import {createReadStream} from 'node:fs';
import {open, rm, stat} from 'node:fs/promises';
import {pipeline} from 'node:stream/promises';
import type {AsyncBuffer} from 'hyparquet';
import {dataError} from '../layouts/text-file.js';
import {assertInside, fileBuffer} from '../parquet/open-parquet.js';
import {FinalAnswer, httpGet, type Answer, type HttpOptions} from './http.js';

export type RemoteFile = AsyncBuffer & {
  /**
   * Fetches the whole file into the temporary one, from where an earlier start stopped, and
   * compares it with its checksum where there is one.
   */
  readonly fetchWhole: () => Promise<void>;
  /** @param keep Whether the temporary file stays for the next start. */
  readonly close: (keep?: boolean) => Promise<void>;
};

type RemotePlace = {
  readonly url: string;
  /** As the server lists it. */
  readonly byteLength: number;
  /** In hexadecimal digits, as the server lists it. */
  readonly sha256: string | undefined;
  /** Path of a file that may be made. */
  readonly temporary: string;
};

/**
 * A file on a server, read part by part. From a server that does not send parts, the whole file is
 * fetched once, into a temporary one.
 */
export function openRemoteFile(place: RemotePlace, options: HttpOptions): RemoteFile {
  const {byteLength, temporary} = place;
  let whole: ReturnType<typeof fileBuffer> | undefined;
  const assertSameVersion = versionCheck();
  const get: Get = (headers, read) =>
    httpGet(place.url, headers, options, answer => {
      assertSameVersion(answer);
      return read(answer);
    });
  const fetchWhole = async (): Promise<void> => {
    if (whole !== undefined) return;
    await download(place, get);
    await assertListed(place);
    whole = fileBuffer(temporary);
  };
  const slice = async (start: number, end = byteLength): Promise<ArrayBuffer> => {
    assertInside(start, end, byteLength);
    if (end === start) return new ArrayBuffer(0);
    if (whole === undefined) {
      const part = await readPart(get, start, end, byteLength);
      if (part !== undefined) return part;
      await fetchWhole();
    }
    return whole!.slice(start, end);
  };
  const close = async (keep = false): Promise<void> => {
    whole?.close();
    // Without a checksum nothing tells whether its parts belong together.
    if (!keep || place.sha256 === undefined) await rm(temporary, {force: true});
  };
  return {byteLength, slice, fetchWhole, close};
}

/** Requests the file, or the part of it that the headers name. */
type Get = <T>(
  headers: () => Readonly<Record<string, string>>,
  read: (answer: Answer) => Promise<T>,
) => Promise<T>;

/** Returns a check of all answers: parts of a file that changed in between do not belong together. */
function versionCheck(): (answer: Answer) => void {
  let first: string | undefined;
  return ({headers}) => {
    const tag = headers.get('etag') ?? undefined;
    first ??= tag;
    if (tag !== undefined && tag !== first)
      throw new FinalAnswer('it changed while it was fetched');
  };
}

/** undefined where the server sends whole files only. */
async function readPart(
  get: Get,
  start: number,
  end: number,
  total: number,
): Promise<ArrayBuffer | undefined> {
  const bytes = new Uint8Array(end - start);
  let next = start;
  const isPart = await get(
    () => ({range: `bytes=${next}-${end - 1}`}),
    async answer => {
      if (answer.status !== 206) return false;
      assertPart(answer, next, end, total);
      for await (const piece of answer.body(end - next)) {
        bytes.set(piece, next - start);
        next += piece.length;
      }
      if (next !== end) throw new Error('the connection was lost');
      return true;
    },
  );
  return isPart ? bytes.buffer : undefined;
}

function assertPart({headers}: Answer, start: number, end: number, total: number): void {
  const range = headers.get('content-range') ?? '';
  if (range === `bytes ${start}-${end - 1}/${total}`) return;
  const length = /\/(\d+)$/.exec(range)?.[1];
  if (length !== undefined && Number(length) !== total) {
    throw new FinalAnswer(`its list says ${total} bytes, the file has ${length}`);
  }
  throw new Error(
    `it sent a different part of the file than requested (${range || 'without saying which'})`,
  );
}

/** Completes the temporary file; a server that does not send parts starts from the beginning. */
async function download({byteLength, temporary}: RemotePlace, get: Get): Promise<void> {
  let next = (await stat(temporary).catch(() => undefined))?.size ?? 0;
  // The checksum, which is compared next, tells whether it is right.
  if (next === byteLength) return;
  if (next > byteLength) next = 0;
  await get(
    () => (next === 0 ? {} : {range: `bytes=${next}-${byteLength - 1}`}),
    async answer => {
      // Portals and quota pages answer with 200 too.
      if (/^text\/html\b/i.test(answer.headers.get('content-type') ?? '')) {
        throw new FinalAnswer('it sent a web page in place of the file');
      }
      if (answer.status === 206) assertPart(answer, next, byteLength, byteLength);
      else next = 0;
      const handle = await open(temporary, next === 0 ? 'w' : 'r+');
      try {
        for await (const piece of answer.body(byteLength - next)) {
          await handle.write(piece, 0, piece.length, next);
          next += piece.length;
        }
      } finally {
        await handle.close();
      }
      if (next !== byteLength) throw new Error(`the connection was lost after ${next} bytes`);
    },
  );
}

async function assertListed({url, sha256, temporary}: RemotePlace): Promise<void> {
  if (sha256 === undefined) return;
  const hash = createHash('sha256');
  await pipeline(createReadStream(temporary), hash);
  const received = hash.digest('hex');
  if (received === sha256) return;
  await rm(temporary, {force: true});
  throw dataError(
    `${url}: checksum mismatch. The server lists sha256 ${sha256}; received ${received}.`,
    'Try again. If it stays so, name another server with --from.',
  );
}
