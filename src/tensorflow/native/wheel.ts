import {createWriteStream} from 'node:fs';
import {mkdir, readdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {pipeline} from 'node:stream/promises';
import yauzl from 'yauzl';
import {UserError} from '../../util/user-error.js';
import {assertChecksum} from './checksum.js';
import type {LibrarySource} from './library-source.js';
import {errorLine, runCommand} from './run-command.js';
import {PIP} from './tools.js';

/** The parts of the 1.2 GB wheel that the build needs: the C API's headers and the two libraries. */
const LIBRARY = 'tensorflow/libtensorflow_cc.so.2';
const FRAMEWORK = 'tensorflow/libtensorflow_framework.so.2';
const HEADERS = 'tensorflow/include/';

/**
 * Downloads TensorFlow's own Python wheel into a folder, wherever pip finds it, and checks it.
 *
 * @returns The file.
 * @throws UserError with exit code 4 where it does not come, or is not the one that it must be.
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
    // pip has compared it, too; an old or a changed one may not.
    await assertChecksum(path.join(folder, wheel), sha256, requirement);
    return path.join(folder, wheel);
  }
  throw new UserError(`pip could not download ${requirement}: ${errorLine(output)}`, {
    hint: `Check the network, or that pip finds the package: ${PIP.join(' ')} download --no-deps ${requirement}`,
    exitCode: 4,
  });
}

/**
 * Unpacks what building needs into `<package>/deps`, under the names that tfjs-node expects.
 *
 * @param onProgress Bytes written, of all.
 */
export async function unpackWheel(
  wheel: string,
  packageFolder: string,
  onProgress: (done: number, total: number) => void,
): Promise<void> {
  const archive = await open(wheel);
  const wanted: yauzl.Entry[] = [];
  for await (const entry of entries(archive)) {
    if (target(entry.fileName) !== undefined) wanted.push(entry);
  }
  const total = wanted.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  let done = 0;
  for (const entry of wanted) {
    const file = path.join(packageFolder, 'deps', target(entry.fileName) as string);
    await mkdir(path.dirname(file), {recursive: true});
    const source = await openEntry(archive, entry);
    source.on('data', (chunk: Buffer) => onProgress((done += chunk.length), total));
    await pipeline(source, createWriteStream(file));
  }
  archive.close();
}

/** Where an entry of the wheel goes below `deps`, or undefined where it is not needed. */
function target(name: string): string | undefined {
  if (name === LIBRARY) return 'lib/libtensorflow_cc.so.2';
  if (name === FRAMEWORK) return 'lib/libtensorflow_framework.so.2';
  if (!name.startsWith(HEADERS) || name.endsWith('/') || name.includes('..')) return undefined;
  return path.join('include', name.slice(HEADERS.length));
}

function open(wheel: string): Promise<yauzl.ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(wheel, {lazyEntries: true, autoClose: false}, (error, archive) =>
      error === null ? resolve(archive) : reject(error),
    );
  });
}

async function* entries(archive: yauzl.ZipFile): AsyncGenerator<yauzl.Entry> {
  for (;;) {
    const entry = await new Promise<yauzl.Entry | undefined>((resolve, reject) => {
      const settle = (action: () => void): void => {
        archive.removeAllListeners();
        action();
      };
      archive.once('entry', (next: yauzl.Entry) => settle(() => resolve(next)));
      archive.once('end', () => settle(() => resolve(undefined)));
      archive.once('error', (error: Error) => settle(() => reject(error)));
      archive.readEntry();
    });
    if (entry === undefined) return;
    yield entry;
  }
}

function openEntry(archive: yauzl.ZipFile, entry: yauzl.Entry): Promise<NodeJS.ReadableStream> {
  return new Promise((resolve, reject) => {
    archive.openReadStream(entry, (error, stream) =>
      error === null ? resolve(stream) : reject(error),
    );
  });
}
