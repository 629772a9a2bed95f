import {createHash} from 'node:crypto';
import {createReadStream, createWriteStream} from 'node:fs';
import {mkdir, readdir, rm, writeFile} from 'node:fs/promises';
import {createRequire} from 'node:module';
import path from 'node:path';
import {Readable, Transform} from 'node:stream';
import {pipeline} from 'node:stream/promises';
import yauzl from 'yauzl';
import {assertSecure} from '../../util/secure-address.js';
import {UserError, messageOf} from '../../util/user-error.js';
import {TENSORFLOW_VERSION} from './paths.js';
import {errorLine, PIP, runCommand} from './tools.js';

/** Where TensorFlow's library comes from, and its checksum. */
export type LibrarySource =
  | {
      readonly kind: 'wheel';
      /** As pip names it. */
      readonly requirement: string;
      /**
       * The Python of the wheel. The library in it is the same for every version, so the installed
       * Python may be another.
       */
      readonly python: string;
      readonly platform: string;
      readonly sha256: string;
    }
  | {readonly kind: 'archive'; readonly url: string; readonly sha256: string};

/** Sources by operating system and kind of processor, with Node's names. */
const sources: Readonly<Record<string, LibrarySource>> = {
  'linux-x64': {
    kind: 'wheel',
    requirement: `tensorflow-cpu==${TENSORFLOW_VERSION}`,
    python: '311',
    platform: 'manylinux_2_27_x86_64',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
  },
  'linux-arm64': {
    kind: 'archive',
    url: 'https://storage.googleapis.com/tf-builds/libtensorflow_r2_7_linux_arm64.tar.gz',
    sha256: '9395d1ff39f5b6847f5121e679ff4e599dc7061a2a7f87ceac061c78e908e6e3',
  },
  'darwin-x64': {
    kind: 'archive',
    url: 'https://storage.googleapis.com/tensorflow/libtensorflow/libtensorflow-cpu-darwin-x86_64-2.9.1.tar.gz',
    sha256: '56f83d3320ba0f69aaafd6c058645e1b7fbc75fb9a3fc36d6be98de1291ca226',
  },
  'darwin-arm64': {
    kind: 'archive',
    url: 'https://storage.googleapis.com/tf-builds/libtensorflow_r2_7_darwin_arm64_cpu.tar.gz',
    sha256: '13ab22b97e2af06e431aaeb7b42fb89981965dd01aa16da035d8210aa4183d79',
  },
};

/** @throws UserError with exit code 4 where there is no library with a known checksum for this machine. */
export function librarySource(
  platform: string = process.platform,
  arch: string = process.arch,
): LibrarySource {
  const system = `${platform}-${arch}`;
  const source = Object.hasOwn(sources, system) ? sources[system] : undefined;
  if (source !== undefined) return source;
  throw new UserError(
    `The native backend cannot be built here: no TensorFlow library with a known checksum. Expected ${Object.keys(sources).join(', ')}; received ${system}.`,
    {
      hint: 'Train on WebAssembly (--backend wasm), or install @tensorflow/tfjs-node beside this program.',
      exitCode: 4,
    },
  );
}

/**
 * Compares the checksum of a downloaded file.
 *
 * @param from Source of the file, for the message.
 * @throws UserError with exit code 4 where it differs.
 */
async function assertChecksum(file: string, sha256: string, from: string): Promise<void> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const received = hash.digest('hex');
  if (received === sha256) return;
  throw new UserError(
    `${from}: checksum mismatch. Expected sha256 ${sha256}; received ${received}. The file was not unpacked.`,
    {
      hint: 'Try again on another network: this one may change downloads.',
      exitCode: 4,
    },
  );
}

/** Three times the largest archive. */
const MAX_BYTES = 1_000_000_000;
/** A download ends when the server sends nothing for this long. */
const SILENT_MS = 60_000;

type Tar = {
  readonly x: (options: {file: string; cwd: string; strict: boolean}) => Promise<void>;
};

/**
 * Downloads a library's archive, checks it, and unpacks it into `<package>/deps`.
 *
 * @throws UserError with exit code 4 where the download fails, or its checksum differs.
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
  const silence = setTimeout(
    () => abort.abort(new Error('it sent nothing for a minute')),
    SILENT_MS,
  );
  let bytes = 0;
  const limit = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      silence.refresh();
      bytes += chunk.length;
      done(bytes > MAX_BYTES ? new Error(`it sends more than ${MAX_BYTES} bytes`) : null, chunk);
    },
  });
  try {
    // Only this address has been checked, no other that it may redirect to.
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

/** The parts of the 1.2 GB wheel that the build needs: the C API's headers and the two libraries. */
const LIBRARY = 'tensorflow/libtensorflow_cc.so.2';
const FRAMEWORK = 'tensorflow/libtensorflow_framework.so.2';
const HEADERS = 'tensorflow/include/';

/**
 * Downloads TensorFlow's Python wheel with pip into a folder, and checks it.
 *
 * @returns The file.
 * @throws UserError with exit code 4 where the download fails, or its checksum differs.
 */
export async function downloadWheel(
  {requirement, python, platform, sha256}: Extract<LibrarySource, {kind: 'wheel'}>,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  await mkdir(folder, {recursive: true});
  const requirements = path.join(folder, 'requirements.txt');
  await writeFile(requirements, `${requirement} --hash=sha256:${sha256}\n`);
  const [program, ...pip] = PIP;
  const {exitCode, output} = await runCommand(
    program,
    [
      ...pip,
      'download',
      '--quiet',
      '--disable-pip-version-check',
      ...['--retries', '0'],
      '--no-deps',
      '--only-binary=:all:',
      '--require-hashes',
      ...['--implementation', 'cp'],
      ...['--python-version', python],
      ...['--abi', `cp${python}`],
      ...['--platform', platform],
      ...['--dest', folder],
      ...['--requirement', requirements],
    ],
    {env},
  );
  const wheel = (await readdir(folder)).find(name => name.endsWith('.whl'));
  if (exitCode === 0 && wheel !== undefined) {
    // pip compares it, too, but an old or a modified pip may not.
    await assertChecksum(path.join(folder, wheel), sha256, requirement);
    return path.join(folder, wheel);
  }
  throw new UserError(`pip could not download ${requirement}: ${errorLine(output)}`, {
    hint: `Check the network, or that pip finds the package: ${PIP.join(' ')} download --no-deps ${requirement}`,
    exitCode: 4,
  });
}

/**
 * Unpacks the parts of a wheel that building needs into `<package>/deps`, with the names that tfjs-node
 * expects.
 *
 * @param onProgress Receives bytes written, and bytes in total.
 */
export async function unpackWheel(
  wheel: string,
  packageFolder: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const archive = await yauzl.openPromise(wheel, {lazyEntries: true, autoClose: false});
  const entries: {readonly entry: yauzl.Entry; readonly file: string}[] = [];
  for await (const entry of archive.eachEntry()) {
    const file = target(entry.fileName);
    if (file !== undefined) entries.push({entry, file: path.join(packageFolder, 'deps', file)});
  }
  const total = entries.reduce((sum, {entry}) => sum + entry.uncompressedSize, 0);
  let done = 0;
  for (const {entry, file} of entries) {
    await mkdir(path.dirname(file), {recursive: true});
    const source = await archive.openReadStreamPromise(entry);
    source.on('data', (chunk: Buffer) => onProgress((done += chunk.length), total));
    await pipeline(source, createWriteStream(file));
  }
  archive.close();
}

/** Returns the place of an entry of the wheel below `deps`; undefined where it is not needed. */
function target(name: string): string | undefined {
  if (name === LIBRARY) return 'lib/libtensorflow_cc.so.2';
  if (name === FRAMEWORK) return 'lib/libtensorflow_framework.so.2';
  if (!name.startsWith(HEADERS) || name.endsWith('/') || name.includes('..')) return undefined;
  return path.join('include', name.slice(HEADERS.length));
}
