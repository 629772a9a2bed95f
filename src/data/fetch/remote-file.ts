import {createWriteStream} from 'node:fs';
import {rm} from 'node:fs/promises';
import {Readable} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import type {AsyncBuffer} from 'hyparquet';
import {fileBuffer} from '../parquet/open-parquet.js';
import {httpGet, type HttpOptions} from './http.js';

export type RemoteFile = AsyncBuffer & {readonly close: () => Promise<void>};

/**
 * A file on a server, read part by part. A server that gives no parts gives the whole file once,
 * into a temporary one.
 *
 * @param byteLength As the server lists it.
 * @param temporary  Path of a file that may be made.
 */
export function openRemoteFile(
  url: string,
  byteLength: number,
  temporary: string,
  options: HttpOptions,
): RemoteFile {
  let whole: ReturnType<typeof fileBuffer> | undefined;
  const slice = async (start: number, end = byteLength): Promise<ArrayBuffer> => {
    if (!(start >= 0 && end >= start && end <= byteLength)) {
      throw new RangeError(`the bytes ${start} to ${end} are not in the file`);
    }
    if (end === start) return new ArrayBuffer(0);
    if (whole !== undefined) return whole.slice(start, end);
    const part = await httpGet(
      url,
      {range: `bytes=${start}-${end - 1}`},
      options,
      async response => {
        if (response.status !== 206) {
          await download(response, temporary);
          return undefined;
        }
        return readPart(response, start, end, byteLength);
      },
    );
    if (part !== undefined) return part;
    whole ??= fileBuffer(temporary);
    if (whole.byteLength !== byteLength)
      throw new Error('the server sent a file of another length');
    return whole.slice(start, end);
  };
  return {
    byteLength,
    slice,
    close: async () => {
      whole?.close();
      await rm(temporary, {force: true});
    },
  };
}

async function readPart(
  response: Response,
  start: number,
  end: number,
  total: number,
): Promise<ArrayBuffer> {
  const said = response.headers.get('content-range') ?? '';
  if (said !== `bytes ${start}-${end - 1}/${total}`) {
    await response.body?.cancel();
    throw new Error(`it sent another part than was asked for (${said || 'it does not say which'})`);
  }
  const bytes = await response.arrayBuffer();
  if (bytes.byteLength !== end - start) throw new Error('the connection broke off');
  return bytes;
}

async function download(response: Response, file: string): Promise<void> {
  if (response.body === null) throw new Error('it sent nothing');
  await pipeline(Readable.fromWeb(response.body), createWriteStream(file));
}
