import {link, open, readFile, rename, rm, stat, writeFile} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {isProcessAlive, thisProcess, type ProcessIdentity} from './process-identity.js';

const RETRY_MS = 500;
/** A lock file that names nobody is one that a kill left half-written, once it is this old. */
const EMPTY_MS = 10_000;

/** Gives a lock back. */
export type Release = () => Promise<void>;

let tries = 0;

/**
 * Does something while no other process does it. The lock is a file that says which process holds
 * it; one whose holder is gone is taken over.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  let lock = await tryLock(file);
  while (typeof lock !== 'function') {
    await sleep(RETRY_MS);
    lock = await tryLock(file);
  }
  try {
    return await work();
  } finally {
    await lock();
  }
}

/** The lock, or who has it. */
export async function tryLock(file: string): Promise<Release | ProcessIdentity> {
  const own = `${file}.${process.pid}.${++tries}`;
  await writeFile(own, JSON.stringify(thisProcess()));
  try {
    const {mtimeMs: nowMs} = await stat(own);
    if (await take(own, file)) return () => rm(file, {force: true});
    const holder = await holderOf(file, nowMs);
    if (holder !== 'gone') return holder;
    await putAside(file, `${own}.gone`, nowMs);
    if (await take(own, file)) return () => rm(file, {force: true});
    const other = await holderOf(file, nowMs);
    return other === 'gone' ? {pid: 0} : other;
  } finally {
    await rm(own, {force: true});
  }
}

/** Whether a process that lives has the lock; looks, and takes nothing from those who want it. */
export async function isLocked(file: string): Promise<boolean> {
  return (await holderOf(file, Date.now())) !== 'gone';
}

/** The lock appears with its content in one step; where there are no links, in two. */
async function take(own: string, file: string): Promise<boolean> {
  try {
    await link(own, file);
    return true;
  } catch (error) {
    const {code} = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EMLINK')
      throw error;
  }
  try {
    const handle = await open(file, 'wx');
    await handle.writeFile(await readFile(own));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function holderOf(file: string, nowMs: number): Promise<ProcessIdentity | 'gone'> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'gone';
    throw error;
  }
  const holder = parseHolder(text);
  if (holder !== undefined) return isProcessAlive(holder) ? holder : 'gone';
  const written = await stat(file).catch(() => undefined);
  return written === undefined || nowMs - written.mtimeMs > EMPTY_MS ? 'gone' : {pid: 0};
}

function parseHolder(text: string): ProcessIdentity | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === 'number') return {pid: value};
    if (typeof value !== 'object' || value === null) return undefined;
    const {pid, start} = value as Record<string, unknown>;
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid <= 0) return undefined;
    return {pid, start: typeof start === 'string' ? start : undefined};
  } catch {
    return undefined;
  }
}

/** Removes the lock of a holder that is gone; one that somebody took meanwhile is put back. */
async function putAside(file: string, aside: string, nowMs: number): Promise<void> {
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  if ((await holderOf(aside, nowMs)) !== 'gone') await link(aside, file).catch(() => {});
  await rm(aside, {force: true});
}
