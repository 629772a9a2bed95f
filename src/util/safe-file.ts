/**
 * Access to files and folders of other people, such as a run folder that was copied, unpacked or
 * mounted. Follows no links, except where a function says so, never blocks on a pipe, and reads and appends to regular files only.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  statSync,
  type Dirent,
  type Stats,
} from 'node:fs';
import {lstat, open, readdir, type FileHandle} from 'node:fs/promises';
import path from 'node:path';
import {messageOf} from './user-error.js';

/** Rejects a link at the end of a path. Windows has no such flag. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
/** Opens a pipe without waiting for its other end. */
const NO_WAIT = constants.O_NONBLOCK ?? 0;

/** The path is not the expected file or folder, but a link, pipe, socket, device or the like. */
export class NotPlain extends Error {
  override readonly name = 'NotPlain';
}

/** `a link`, `a folder`, `a pipe`, `a socket`, `a device` or `a file`. */
export function kindOf(entry: Pick<Stats, EntryTest>): string {
  if (entry.isSymbolicLink()) return 'a link';
  if (entry.isDirectory()) return 'a folder';
  if (entry.isFIFO()) return 'a pipe';
  if (entry.isSocket()) return 'a socket';
  return entry.isFile() ? 'a file' : 'a device';
}
type EntryTest = 'isSymbolicLink' | 'isDirectory' | 'isFIFO' | 'isSocket' | 'isFile';

/**
 * Reads a whole file.
 *
 * @param maxBytes Longer files are rejected without reading them.
 * @throws Error with the reason, without the file's name; `code: 'ENOENT'` where it is missing.
 */
export async function readPlainFile(file: string, maxBytes: number): Promise<Buffer> {
  const {handle, stats} = await openPlainFile(file);
  try {
    assertLength(stats.size, maxBytes);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** As `readPlainFile`, synchronously. */
export function readPlainFileSync(file: string, maxBytes: number): Buffer {
  const descriptor = openPlainFileSync(file);
  try {
    assertLength(fstatSync(descriptor).size, maxBytes);
    return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Opens a file for reading. @returns The descriptor, which the caller closes. @throws Error as `readPlainFile`. */
export function openPlainFileSync(file: string): number {
  return openPlainSync(file, constants.O_RDONLY);
}

/** As `openPlainFileSync`, asynchronously. */
export async function openPlainFile(
  file: string,
): Promise<{readonly handle: FileHandle; readonly stats: Stats}> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | NO_FOLLOW | NO_WAIT);
  } catch (error) {
    throw explained(error, file);
  }
  const stats = await handle.stat();
  if (stats.isFile()) return {handle, stats};
  await handle.close();
  throw notAFile(stats);
}

/**
 * Reads the last lines of a text, or the end of a line that is longer.
 *
 * @param bytes Maximum number of bytes to read.
 * @returns An empty text where there is no readable file.
 */
export async function readLastLines(file: string, bytes: number): Promise<string> {
  try {
    const {handle, stats} = await openPlainFile(file);
    try {
      const {size} = stats;
      const length = Math.min(size, bytes);
      const position = size - length;
      const {buffer, bytesRead} = await handle.read({buffer: Buffer.alloc(length), position});
      const text = buffer.subarray(0, bytesRead).toString('utf8').trimEnd();
      return length === size ? text : text.slice(text.indexOf('\n') + 1);
    } finally {
      await handle.close();
    }
  } catch {
    return '';
  }
}

/**
 * Opens a file for appending; creates it if it is missing. Rejects a file with a second name (a hard
 * link, as `cp -al` creates), because writing would change the other file, too.
 *
 * @returns The descriptor, which the caller closes.
 * @throws Error with the file and the reason.
 */
export function openForAppendSync(
  file: string,
  access: 'append' | 'read and append' = 'append',
): number {
  const mode = access === 'append' ? constants.O_WRONLY : constants.O_RDWR;
  let descriptor: number;
  try {
    descriptor = openPlainSync(file, mode | constants.O_APPEND | constants.O_CREAT);
  } catch (error) {
    throw error instanceof NotPlain ? new NotPlain(`${file}: ${error.message}`) : error;
  }
  const {nlink} = fstatSync(descriptor);
  if (nlink < 2) return descriptor;
  closeSync(descriptor);
  throw new NotPlain(
    `${file}: it has ${nlink} names (hard links), and writing would change all of them`,
  );
}

function openPlainSync(file: string, flags: number): number {
  let descriptor: number;
  try {
    descriptor = openSync(file, flags | NO_FOLLOW | NO_WAIT);
  } catch (error) {
    throw explained(error, file);
  }
  const stats = fstatSync(descriptor);
  if (stats.isFile()) return descriptor;
  closeSync(descriptor);
  throw notAFile(stats);
}

/**
 * Lists the entries of a folder that is no link.
 *
 * @throws Error with the reason, without the folder's name; `code: 'ENOENT'` where it is missing.
 */
export async function listPlainFolder(folder: string): Promise<Dirent[]> {
  assertFolder(await lstat(folder));
  return readdir(folder, {withFileTypes: true});
}

/** As `listPlainFolder`, synchronously. */
export function listPlainFolderSync(folder: string): Dirent[] {
  assertFolder(lstatSync(folder));
  return readdirSync(folder, {withFileTypes: true});
}

/**
 * Creates a folder and its parents if they are missing. Node's own recursive mkdir tries for ever below
 * a folder that takes no new ones, such as /proc, and in a working folder that was deleted
 * (nodejs/node, `MKDirp`).
 *
 * @throws Error with the folder that takes no new one, or what the file system says.
 */
export function makeFolders(folder: string, mode?: number): void {
  const full = path.resolve(folder);
  const isFolder = (): boolean => existsSync(full) && statSync(full).isDirectory();
  if (isFolder()) return;
  const parent = path.dirname(full);
  if (parent !== full) makeFolders(parent, mode);
  try {
    mkdirSync(full, {mode});
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    // Another process was quicker.
    if (code === 'EEXIST' && isFolder()) return;
    if (code !== 'ENOENT') throw error;
    throw Object.assign(new Error(`${parent} takes no new folders`, {cause: error}), {code});
  }
}

/** Creates a folder and its parents if they are missing. @throws NotPlain for a link. */
export async function makePlainFolder(folder: string): Promise<void> {
  const before = await entryAt(folder);
  if (before === undefined) makeFolders(folder);
  assertFolder(before ?? (await lstat(folder)));
}

/** As `makePlainFolder`, synchronously. */
export function makePlainFolderSync(folder: string): void {
  const before = lstatSync(folder, {throwIfNoEntry: false});
  if (before === undefined) makeFolders(folder);
  assertFolder(before ?? lstatSync(folder));
}

/**
 * Checks that no part of a path below a folder is a link.
 *
 * @param root   The folder; it and its parents may be links.
 * @param target A path below it, whose end may be missing.
 * @throws NotPlain with the part that is a link.
 */
export async function assertNoLinkBelow(root: string, target: string): Promise<void> {
  let step = root;
  for (const name of path.relative(root, target).split(path.sep)) {
    step = path.join(step, name);
    const entry = await entryAt(step);
    if (entry === undefined) return;
    if (entry.isSymbolicLink())
      throw new NotPlain(`${path.relative(root, step)} is a link, and is not followed`);
  }
}

/** The entry at a path, without following a link; undefined for none. */
export async function entryAt(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    // ELOOP: a parent is a link to itself.
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined;
    throw error;
  }
}

function assertFolder(stats: Stats): void {
  if (!stats.isDirectory()) throw new NotPlain(`it is ${kindOf(stats)}, not a folder`);
}

/** @throws Error for a longer file. */
function assertLength(size: number, maxBytes: number): void {
  if (size > maxBytes)
    throw new Error(`it is too long. Expected at most ${maxBytes} bytes; received ${size}`);
}

function notAFile(stats: Stats): NotPlain {
  return new NotPlain(`it is ${kindOf(stats)}, not a file`);
}

/** Replaces the system's ELOOP (a link) and ENXIO (a socket or pipe) by the kind of the entry. */
function explained(error: unknown, file: string): unknown {
  const {code} = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return error;
  try {
    const stats = lstatSync(file);
    if (!stats.isFile()) return notAFile(stats);
  } catch {
    return error;
  }
  return Object.assign(new Error(messageOf(error), {cause: error}), {code});
}

/**
 * Reads a file of another user, also through a link, because people link the images of a data folder.
 * Rejects folders, pipes, devices and files that are too long without waiting for them.
 *
 * @throws Error with the reason, without the file's name; `ENOENT` where it is missing.
 */
export async function readFileWithin(file: string | Buffer, maxBytes: number): Promise<Buffer> {
  return withFile(file, async (handle, size) => {
    assertLength(size, maxBytes);
    return handle.readFile();
  });
}

/** As `readFileWithin`, but at most the first `bytes` of a file of any length. */
export async function readFileStart(file: string | Buffer, bytes: number): Promise<Buffer> {
  return withFile(file, async handle => {
    const {buffer, bytesRead} = await handle.read({buffer: Buffer.alloc(bytes), position: 0});
    return buffer.subarray(0, bytesRead);
  });
}

async function withFile(
  file: string | Buffer,
  read: (handle: FileHandle, size: number) => Promise<Buffer>,
): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | NO_WAIT);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new Error('it is not a file');
    return await read(handle, stats.size);
  } finally {
    await handle.close();
  }
}
