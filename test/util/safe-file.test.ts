import {spawnSync} from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import {describe, expect, it} from 'vitest';
import {
  assertNoLinkBelow,
  listPlainFolder,
  makeFolders,
  makePlainFolder,
  makePlainFolderSync,
  openForAppendSync,
  readLastLines,
  readPlainFile,
  readPlainFileSync,
} from '../../src/util/safe-file.js';
import {temporaryFolder} from '../helpers/temporary-folder.js';

/** Something in the place of a file, made at a path; what it is called in errors. */
const strange: readonly (readonly [string, (file: string) => void])[] = [
  ['a link', file => symlinkSync(secretFile(file), file)],
  ['a link', file => symlinkSync('/nowhere', file)],
  ['a link', file => symlinkSync(file, file)],
  ['a folder', file => mkdirSync(file)],
  ['a pipe', file => spawnSync('mkfifo', [file])],
];

function secretFile(file: string): string {
  const secret = `${file}.secret`;
  writeFileSync(secret, 'secret');
  return secret;
}

describe('a file that somebody else may have put there', () => {
  it.each(strange)('is neither read nor appended to where it is %s', async (what, make) => {
    const file = path.join(temporaryFolder(), 'file');
    make(file);
    const words = `it is ${what}, not a file`;
    await expect(readPlainFile(file, 100)).rejects.toThrow(words);
    expect(() => readPlainFileSync(file, 100)).toThrow(words);
    expect(() => openForAppendSync(file)).toThrow(`${file}: ${words}`);
    expect(() => openForAppendSync(file, 'read and append')).toThrow(words);
    expect(await readLastLines(file, 100)).toBe('');
  });

  it('is neither read nor appended to where it is a socket', async () => {
    const file = path.join(temporaryFolder(), 'socket');
    const server = net.createServer().listen(file);
    await new Promise(resolve => server.once('listening', resolve));
    await expect(readPlainFile(file, 100)).rejects.toThrow('it is a socket, not a file');
    expect(() => openForAppendSync(file)).toThrow('it is a socket, not a file');
    await new Promise(resolve => server.close(resolve));
  });

  it('is not read where it is a device without an end', async () => {
    await expect(readPlainFile('/dev/zero', 100)).rejects.toThrow('it is a device, not a file');
  });

  it('is not read where it is longer than its limit, even by a hole', async () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, 'text');
    expect((await readPlainFile(file, 4)).toString()).toBe('text');
    expect(readPlainFileSync(file, 4).toString()).toBe('text');
    truncateSync(file, 10 ** 12);
    await expect(readPlainFile(file, 4)).rejects.toThrow(
      'it is too long. Expected at most 4 bytes; received 1000000000000',
    );
    expect(() => readPlainFileSync(file, 4)).toThrow('it is too long');
  });

  it('says with a code where it is missing', async () => {
    const file = path.join(temporaryFolder(), 'file');
    await expect(readPlainFile(file, 4)).rejects.toMatchObject({code: 'ENOENT'});
  });

  it('is not appended to where it has a second name, which would change, too', () => {
    const folder = temporaryFolder();
    const [file, twin] = [path.join(folder, 'file'), path.join(folder, 'twin')];
    writeFileSync(file, 'first');
    linkSync(file, twin);
    expect(() => openForAppendSync(file)).toThrow('it has 2 names (hard links)');
    expect(readFileSync(twin, 'utf8')).toBe('first');
  });

  it('is made and appended to where it is plain', () => {
    const file = path.join(temporaryFolder(), 'file');
    const descriptor = openForAppendSync(file);
    writeSync(descriptor, 'one ');
    appendFileSync(file, 'two ');
    writeSync(descriptor, 'three');
    closeSync(descriptor);
    expect(readFileSync(file, 'utf8')).toBe('one two three');
  });
});

describe('a folder that somebody else may have put there', () => {
  it('is neither listed nor made where it is a link', async () => {
    const folder = temporaryFolder();
    const [real, link, broken] = ['real', 'link', 'broken'].map(name => path.join(folder, name));
    mkdirSync(real!);
    symlinkSync(real!, link!);
    symlinkSync(path.join(folder, 'missing'), broken!);
    for (const name of [link!, broken!]) {
      await expect(listPlainFolder(name)).rejects.toThrow('it is a link, not a folder');
      await expect(makePlainFolder(name)).rejects.toThrow('it is a link, not a folder');
      expect(() => makePlainFolderSync(name)).toThrow('it is a link, not a folder');
    }
    expect(existsSync(path.join(folder, 'missing'))).toBe(false);
    await makePlainFolder(path.join(real!, 'a', 'b'));
    expect((await listPlainFolder(real!)).map(({name}) => name)).toEqual(['a']);
  });

  it('may itself be reached through a link, and holds none on the way down', async () => {
    const folder = temporaryFolder();
    mkdirSync(path.join(folder, 'real/a/b'), {recursive: true});
    symlinkSync('real', path.join(folder, 'root'));
    symlinkSync('a', path.join(folder, 'real/c'));
    const root = path.join(folder, 'root');
    await assertNoLinkBelow(root, path.join(root, 'a/b/missing/file'));
    await expect(assertNoLinkBelow(root, path.join(root, 'c/b/file'))).rejects.toThrow(
      'c is a link, and is not followed',
    );
  });
});

describe('folders that are made with their parents', () => {
  it('are made in a working folder that was deleted meanwhile, instead of trying for ever', () => {
    const before = process.cwd();
    const deleted = path.join(temporaryFolder(), 'deleted');
    mkdirSync(deleted);
    process.chdir(deleted);
    try {
      expect(process.cwd()).toContain('deleted');
      rmSync(deleted, {recursive: true});
      makeFolders('./runs/a');
      expect(existsSync(path.join(deleted, 'runs', 'a'))).toBe(true);
    } finally {
      process.chdir(before);
    }
  });

  it.runIf(process.platform === 'linux')(
    'are refused where a file system takes none, instead of trying for ever',
    () => {
      expect(() => makeFolders('/proc/celeba-tui/runs')).toThrow('/proc takes no new folders');
    },
  );

  it('are refused where a file has the name of one', () => {
    const file = path.join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => makeFolders(path.join(file, 'runs'))).toThrow('EEXIST');
  });
});
