import {createWriteStream} from 'node:fs';
import {mkdir, rm} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {Readable, Transform} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import {UserError, messageOf} from '../../util/user-error.js';
import {assertSecure} from '../../util/secure-address.js';
import {assertChecksum} from './checksum.js';
import type {LibrarySource} from './library-source.js';

/** Three times the largest of them. */
const MAX_BYTES = 1_000_000_000;
/** A server that sends nothing for so long is given up. */
const SILENT_MS = 60_000;

type Tar = {
  readonly x: (options: {file: string; cwd: string; strict: boolean}) => Promise<void>;
};

/**
 * Downloads a library's archive, checks it, and unpacks it into `<package>/deps`.
 *
 * @throws UserError with exit code 4 where it does not come, or is not the one that was checked in.
 */
export async function unpackArchive(
  {url, sha256}: Extract<LibrarySource, {kind: 'archive'}>,
  packageFolder: string,
  file: string,
): Promise<void> {
  assertSecure(url);
  await mkdir(path.dirname(file), {recursive: true});
  await download(url, file);
  await assertChecksum(file, sha256, url);
  const deps = path.join(packageFolder, 'deps');
  await mkdir(deps, {recursive: true});
  const tar = createRequire(path.join(packageFolder, 'package.json'))('tar') as Tar;
  await tar.x({file, cwd: deps, strict: true});
  await rm(file);
}

async function download(url: string, file: string): Promise<void> {
  const abort = new AbortController();
  const silence = setTimeout(() => abort.abort(new Error('it went silent')), SILENT_MS);
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      silence.refresh();
      bytes += chunk.length;
      done(bytes > MAX_BYTES ? new Error(`it sends more than ${MAX_BYTES} bytes`) : null, chunk);
    },
  });
  try {
    // A redirection would lead somewhere that nobody has checked.
    const response = await fetch(url, {redirect: 'error', signal: abort.signal});
    if (!response.ok || response.body === null) throw new Error(`it answered ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), limit, createWriteStream(file));
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    throw new UserError(`${url} cannot be downloaded: ${messageOf(cause)}.`, {
      hint: 'Check the network, or train on WebAssembly: --backend wasm',
      exitCode: 4,
      cause: error,
    });
  } finally {
    clearTimeout(silence);
  }
}
