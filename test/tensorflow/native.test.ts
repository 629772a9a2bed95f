import {createHash} from 'node:crypto';
import {spawnSync} from 'node:child_process';
import {chmodSync, chownSync, existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import {createServer} from 'node:http';
import type {AddressInfo} from 'node:net';
import path from 'node:path';
import {afterEach, describe, expect, it, vi} from 'vitest';
import {buildNativeBackend} from '../../src/tensorflow/native/build.js';
import {findNative, installedPackage} from '../../src/tensorflow/native/find-package.js';
import {downloadWheel, librarySource, unpackArchive} from '../../src/tensorflow/native/library.js';
import {nativePaths, TFJS_NODE_VERSION} from '../../src/tensorflow/native/paths.js';
import {missingTools} from '../../src/tensorflow/native/tools.js';
import {isSecure} from '../../src/util/secure-address.js';
import {program, runProgram} from '../helpers/program.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

const SOMEBODY_ELSE = 65_534;
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === 'linux';

/** A package as `doctor --fix` leaves it, which must not be loaded. */
function plant(packageFolder: string): void {
  const library = path.join(packageFolder, 'lib', 'napi-v8');
  mkdirSync(library, {recursive: true});
  writeFileSync(path.join(library, 'tfjs_binding.node'), '');
  writeFileSync(path.join(packageFolder, 'package.json'), '{}');
}

afterEach(() => vi.unstubAllEnvs());

describe.runIf(isLinux)('native code', () => {
  it('is not taken from the temporary folder where there is no home', () => {
    vi.stubEnv('TMPDIR', temporaryFolder());
    const guessed = path.join(process.env['TMPDIR'] ?? '', `celeba-tui-${process.getuid?.()}`);
    plant(nativePaths(guessed).package);
    for (const env of [{}, {HOME: ''}, {HOME: 'relative', XDG_CACHE_HOME: 'relative'}]) {
      expect(findNative(env)).toEqual({
        folder: undefined,
        problem: expect.stringContaining('Without a home folder') as string,
      });
    }
  });

  it('is not built there, either', async () => {
    const build = buildNativeBackend({env: {}, onProgress: () => {}});
    await expect(build).rejects.toMatchObject({
      message: expect.stringContaining('Without a home folder') as string,
      exitCode: 4,
    });
  });

  it.runIf(isRoot)('is taken from a cache of this user, and never of another', () => {
    const cache = temporaryFolder();
    const env = {CELEBA_TUI_CACHE: cache};
    const {package: folder} = nativePaths(cache);
    plant(folder);
    expect(findNative(env)).toEqual({folder, problem: undefined});
    chownSync(cache, SOMEBODY_ELSE, SOMEBODY_ELSE);
    expect(findNative(env)).toEqual({
      folder: undefined,
      problem: expect.stringContaining('it belongs to another user') as string,
    });
  });

  it.runIf(isRoot)('of another user in a folder above the program is not its own', () => {
    const shared = temporaryFolder();
    const program = path.join(shared, 'program', 'dist', 'main.js');
    mkdirSync(path.dirname(program), {recursive: true});
    writeFileSync(program, '');
    const folder = path.join(shared, 'node_modules', '@tensorflow', 'tfjs-node');
    plant(folder);
    expect(installedPackage(program)).toBe(folder);
    chownSync(folder, SOMEBODY_ELSE, SOMEBODY_ELSE);
    expect(installedPackage(program)).toBeUndefined();
  });

  it('needs room on the disk, which is said before anything is downloaded', async () => {
    const env = {...process.env, CELEBA_TUI_CACHE: temporaryFolder()};
    const phases: string[] = [];
    const build = buildNativeBackend({
      env,
      onProgress: ({phase}) => phases.push(phase),
      freeBytes: () => Promise.resolve(1e9),
    });
    await expect(build).rejects.toMatchObject({
      message: expect.stringMatching(/needs .* on the disk\. Received .* that are free/) as string,
      exitCode: 4,
    });
    expect(phases).toEqual([]);
  });
});

/** A user whom the system does not know, as in many containers. */
const STRANGER = ['--reuid', '22222', '--regid', '22222', '--clear-groups'];

function asStranger(args: readonly string[], options: {cwd: string; env: NodeJS.ProcessEnv}) {
  return spawnSync('setpriv', [...STRANGER, ...args], {...options, encoding: 'utf8'});
}

describe.runIf(isLinux && isRoot)('a user without a home folder', () => {
  it('is told of a cache that another user has made in the temporary folder', context => {
    const cwd = temporaryFolder();
    const temporary = path.join(cwd, 'tmp');
    chmodSync(cwd, 0o755);
    const env = {PATH: process.env['PATH'], TMPDIR: temporary};
    if (asStranger(['test', '-r', program], {cwd, env}).status !== 0)
      return context.skip('no other user can read the program');
    mkdirSync(temporary);
    chmodSync(temporary, 0o777);
    const runs = path.join(temporary, 'runs');
    const doctor = [process.execPath, program, 'doctor', '--runs', runs];
    const own = asStranger(doctor, {cwd, env});
    expect(own.stderr).toBe('');
    expect(own.stdout).toContain(`ok    cache          ${temporary}/celeba-tui-22222`);
    expect(own.stdout).toContain('Without a home folder there is no place for native code');
    const squatted = path.join(temporary, 'celeba-tui-22222');
    mkdirSync(squatted, {recursive: true});
    chownSync(squatted, SOMEBODY_ELSE, SOMEBODY_ELSE);
    expect(asStranger(doctor, {cwd, env}).stdout).toContain('it belongs to another user');
    const sample = asStranger([process.execPath, program, 'data', 'sample'], {cwd, env});
    expect(sample.status).toBe(2);
    expect(sample.stderr).toContain('does not use it as its cache.');
  });
});

describe('what native code is made of', () => {
  it('has a checksum for every package', () => {
    const file = new URL('../../native/package-lock.json', import.meta.url);
    const {packages} = JSON.parse(readFileSync(file, 'utf8')) as {
      packages: Record<string, {integrity?: string; version?: string; resolved?: string}>;
    };
    const locked = Object.entries(packages).filter(([name]) => name !== '');
    expect(locked.length).toBeGreaterThan(50);
    for (const [name, {integrity, resolved}] of locked) {
      expect(integrity, name).toMatch(/^sha512-/);
      expect(resolved ?? 'https://', name).toMatch(/^https:\/\//);
    }
    expect(packages['node_modules/@tensorflow/tfjs-node']?.version).toBe(TFJS_NODE_VERSION);
  });

  it.each([
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['darwin', 'x64'],
    ['darwin', 'arm64'],
  ])('has a checksum for the library of %s on %s', (platform, arch) => {
    const source = librarySource(platform, arch);
    expect(source.sha256).toMatch(/^[\da-f]{64}$/);
    if (source.kind === 'archive') expect(source.url).toMatch(/^https:\/\//);
  });

  it('is no library without one', () => {
    for (const [platform, arch] of [
      ['win32', 'x64'],
      ['linux', 'riscv64'],
    ] as const) {
      expect(() => librarySource(platform, arch)).toThrow('no TensorFlow library with a known');
    }
  });

  it.runIf(isLinux)('is no wheel of another checksum, whatever pip says', async () => {
    const folder = temporaryFolder();
    const tools = temporaryFolder();
    writeFileSync(path.join(tools, 'python3'), `#!/bin/sh\necho other > ${folder}/a.whl\n`, {
      mode: 0o755,
    });
    const source = librarySource('linux', 'x64');
    if (source.kind !== 'wheel') throw new Error('Expected a wheel.');
    await expect(downloadWheel(source, folder, {PATH: tools})).rejects.toMatchObject({
      message: expect.stringContaining('checksum mismatch') as string,
      exitCode: 4,
    });
  });

  it('is no archive of another checksum, and none from a server that can be overheard', async () => {
    const packageFolder = temporaryFolder();
    const file = path.join(packageFolder, 'download', 'library.tar.gz');
    const server = createServer((_request, response) => response.end('something else'));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    afterEach(() => server.close());
    const sha256 = createHash('sha256').update('the library').digest('hex');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    await expect(
      unpackArchive({kind: 'archive', url, sha256}, packageFolder, file),
    ).rejects.toMatchObject({message: expect.stringContaining('checksum mismatch') as string});
    expect(existsSync(path.join(packageFolder, 'deps'))).toBe(false);
    await expect(
      unpackArchive({kind: 'archive', url: 'http://example.org/', sha256}, packageFolder, file),
    ).rejects.toMatchObject({exitCode: 2});
  });
});

describe('an address', () => {
  it.each([
    ['https://huggingface.co', true],
    ['http://localhost:8080', true],
    ['http://127.0.0.1', true],
    ['http://[::1]:80', true],
    ['http://huggingface.co', false],
    ['http://127.0.0.1.example.org', false],
    ['http://localhost@example.org', false],
    ['ftp://localhost', false],
    ['file:///etc/passwd', false],
    ['nothing', false],
  ])('%s is secure: %s', (address, expected) => {
    expect(isSecure(address)).toBe(expected);
  });
});

describe.runIf(isLinux)('the programs that building needs', () => {
  it('are found in fixed folders alone, never in the working folder', async () => {
    const cwd = temporaryFolder();
    const trap = path.join(cwd, 'trap');
    for (const name of ['python3', 'g++', 'make', 'git', 'npm'])
      writeFileSync(path.join(cwd, name), `#!/bin/sh\ntouch ${trap}\n`, {mode: 0o755});
    for (const name of ['pip.py', 'platform.py', 'sitecustomize.py'])
      writeFileSync(path.join(cwd, name), `open(${JSON.stringify(trap)}, 'w')\n`);
    const env = {PATH: `.::${process.env['PATH']}:`, PYTHONPATH: cwd};
    const {stdout} = await runProgram(['doctor'], {cwd, env});
    expect(stdout).toContain('build tools');
    expect(existsSync(trap)).toBe(false);
  });

  it('are named where they are missing; pip only where it is needed', async () => {
    const env = {PATH: temporaryFolder()};
    const named = async (needsPip: boolean): Promise<string[]> =>
      (await missingTools(env, needsPip)).map(({name}) => name);
    expect(await named(true)).toEqual(['Python 3', 'pip', 'a C++ compiler', 'make']);
    expect(await named(false)).toEqual(['Python 3', 'a C++ compiler', 'make']);
  });
});
