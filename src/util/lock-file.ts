import {link, open, readdir, readFile, rename, rm} from 'node:fs/promises';
import path from 'node:path';
import {randomBytes} from 'node:crypto';
import * as z from 'zod';
import {printable} from './format.js';
import {HeartbeatWatch} from './heartbeat.js';
import {livenessOf, ProcessIdentity, thisProcess} from './process-identity.js';
import {openPlainFile} from './safe-file.js';

/** A lock file of this age without a holder is no lock: a kill interrupted its writer. */
const EMPTY_MS = 10_000;
const MAX_BYTES = 4096;

/** The process that a lock file names. */
const LockHolder = ProcessIdentity.extend({
  /** When it took the lock, as ISO 8601. */
  since: z.string().max(500).optional(),
  /** Distinguishes two locks of one process. */
  token: z.string().max(500).optional(),
});
export type LockHolder = Readonly<z.infer<typeof LockHolder>>;

/** Content of a lock file; `beat` changes with each beat of its holder. */
type LockContent = {
  readonly text: string;
  readonly beat: string;
  readonly modifiedMs: number;
};

/** The state of a lock. A holder that this process cannot see is `unknown` at first. */
export type LockLook =
  | {readonly held: false; readonly content: LockContent | undefined}
  | {
      readonly held: true;
      readonly holder: LockHolder;
      readonly liveness: 'alive' | 'unknown';
      readonly content: LockContent;
    };

/** Locks whose holders cannot be looked up, with all looks of this process. */
const watches = new Map<string, HeartbeatWatch>();

/**
 * Looks at a lock without changing it.
 *
 * @param nowMs Time by the clock of the lock's file system, for a file without a holder.
 * @throws Error where it is no readable file.
 */
export async function lookAtLock(file: string, nowMs = Date.now()): Promise<LockLook> {
  const content = await readLock(file);
  if (content === undefined) {
    watches.delete(file);
    return {held: false, content};
  }
  const holder = parseHolder(content.text);
  if (holder === undefined) {
    if (nowMs - content.modifiedMs > EMPTY_MS) return {held: false, content};
    return {held: true, holder: {pid: 0}, liveness: 'unknown', content};
  }
  let liveness = livenessOf(holder);
  if (liveness === 'unknown') {
    const watch = watches.get(file) ?? new HeartbeatWatch();
    watches.set(file, watch);
    liveness = watch.look(content.beat, performance.now());
  }
  return liveness === 'gone' ? {held: false, content} : {held: true, holder, liveness, content};
}

async function readLock(file: string): Promise<LockContent | undefined> {
  try {
    const {handle, stats} = await openPlainFile(file);
    try {
      const {mtimeMs} = stats;
      // A lock is never longer, so a longer file has no holder.
      const {buffer, bytesRead} = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
      const content = buffer.toString('utf8', 0, bytesRead);
      return {text: content, beat: `${content} ${mtimeMs}`, modifiedMs: mtimeMs};
    } finally {
      await handle.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(content: string): LockHolder | undefined {
  try {
    const value: unknown = JSON.parse(content);
    // Earlier versions wrote the process id alone.
    return LockHolder.safeParse(typeof value === 'number' ? {pid: value} : value).data;
  } catch {
    return undefined;
  }
}

/** A new name beside a lock. Processes of two containers may have the same id, so it is random. */
export function nameBeside(file: string): string {
  return `${file}.${randomBytes(6).toString('hex')}`;
}
const BESIDE = /^\.[0-9a-f]{12}(?:\.gone)?$/;

/** Removes what killed processes have left beside a lock. */
export async function removeLeftovers(file: string): Promise<void> {
  const [folder, name] = [path.dirname(file), path.basename(file)];
  for (const entry of await readdir(folder).catch(() => [])) {
    if (!entry.startsWith(name) || !BESIDE.test(entry.slice(name.length))) continue;
    const left = path.join(folder, entry);
    const content = await readLock(left).catch(() => undefined);
    if (content === undefined) continue;
    const holder = parseHolder(content.text);
    const isOld = Date.now() - content.modifiedMs > EMPTY_MS;
    const liveness = holder === undefined ? 'unknown' : livenessOf(holder);
    if (liveness === 'gone' || (liveness === 'unknown' && isOld)) await rm(left, {force: true});
  }
}

/** Removes a stale lock; restores it if it has changed meanwhile. */
export async function evictStaleLock(file: string, judged: LockContent): Promise<void> {
  const aside = `${nameBeside(file)}.gone`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const content = await readLock(aside).catch(() => undefined);
  if (content !== undefined && content.beat !== judged.beat) await takeName(aside, file);
  await rm(aside, {force: true});
}

/** Error codes of file systems without hard links. */
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EACCES']);

/**
 * Gives a file a second name, if the name is free: atomically with its content or, without hard links,
 * in two steps.
 *
 * @returns Whether the name was free.
 */
export async function takeName(draft: string, name: string): Promise<boolean> {
  try {
    await link(draft, name);
    return true;
  } catch (error) {
    const {code = ''} = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (!WITHOUT_LINKS.has(code)) throw error;
  }
  return copyToName(draft, name);
}

/** As `takeName` without hard links: a reader may see an empty file in between. */
export async function copyToName(draft: string, name: string): Promise<boolean> {
  try {
    const handle = await open(name, 'wx');
    try {
      await handle.writeFile(await readFile(draft));
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** `process 12 on lab-3, which has had it since 2026-01-31 12:00:00 UTC` */
export function describeHolder({pid, host, since}: LockHolder): string {
  if (pid === 0) return 'a process that is just starting';
  const where = host === undefined || host === thisProcess().host ? '' : ` on ${host}`;
  const time = since?.replace(/^(\d{4}-\d\d-\d\d)T(.{8}).*$/, '$1 $2 UTC');
  const when = time === undefined ? '' : `, which has had it since ${time}`;
  return printable(`process ${pid}${where}${when}`);
}

/** Why an unseen holder is not ignored. */
export const UNSEEN =
  'It runs on another machine or in another container, where this program cannot see it';
