import {randomBytes} from 'node:crypto';
import {open, rm, stat, writeFile, type FileHandle} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {startBeating, type StopBeating} from './heartbeat.js';
import {evictStaleLock, lookAtLock, type LockHolder, type LockLook} from './lock-file.js';
import {thisProcess} from './process-identity.js';
import {readPlainFileSync} from './safe-file.js';
import {takeName} from './take-name.js';

const RETRY_MS = 500;
/** Between two looks at a holder that this process cannot see. */
const WATCH_MS = 1_000;
/** After a pause this long somebody may have taken the lock over: it is read before it counts. */
const VERIFY_MS = 10_000;
const MAX_BYTES = 4096;

/** Who has a lock that was asked for. */
export type LockedBy = Pick<LockLook & {held: true}, 'holder' | 'liveness'>;

/** A lock that this process has; it beats until it is released. */
export class HeldLock {
  readonly #file: string;
  readonly #text: string;
  readonly #handle: FileHandle;
  readonly #stop: StopBeating;
  #verifiedMs = clocks();
  #isLost = false;

  constructor(file: string, text: string, handle: FileHandle, inThread: boolean) {
    this.#file = file;
    this.#text = text;
    this.#handle = handle;
    this.#stop = startBeating(handle, inThread);
  }

  /**
   * Whether it still is this process's: one that was stopped for long may have been taken for gone.
   * Costs nothing while the process is awake.
   */
  isHeld(): boolean {
    const nowMs = clocks();
    if (this.#isLost) return false;
    // Either clock may have stood still while the machine slept.
    if (nowMs.every((now, clock) => Math.abs(now - this.#verifiedMs[clock]!) < VERIFY_MS))
      return true;
    this.#verifiedMs = nowMs;
    this.#isLost = !this.#isOnDisk();
    return !this.#isLost;
  }

  async release(): Promise<void> {
    await this.#stop();
    await this.#handle.close();
    if (this.#isOnDisk()) await rm(this.#file, {force: true});
  }

  #isOnDisk(): boolean {
    try {
      return readPlainFileSync(this.#file, MAX_BYTES).toString() === this.#text;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code !== 'ENOENT';
    }
  }
}

function clocks(): readonly [number, number] {
  return [performance.now(), Date.now()];
}

/**
 * Does something while no other process does it. The lock is a file that says which process holds
 * it; one whose holder is gone is taken over.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  let lock = await tryLock(file);
  while (!(lock instanceof HeldLock)) {
    await sleep(RETRY_MS);
    lock = await tryLock(file);
  }
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

/**
 * Takes a lock, or says who has it.
 *
 * @param options.inThread Whether this process may be too busy to beat; see `startBeating`.
 * @throws Error where something else than a lock stands in its place.
 */
export async function tryLock(
  file: string,
  {inThread = false}: {readonly inThread?: boolean} = {},
): Promise<HeldLock | LockedBy> {
  const text = JSON.stringify({
    ...thisProcess(),
    since: new Date().toISOString(),
    token: randomBytes(8).toString('hex'),
  });
  // Not by the process's id: in two containers two processes may have the same.
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, text, {flag: 'wx'});
  const take = async (): Promise<HeldLock | undefined> =>
    (await takeName(draft, file))
      ? new HeldLock(file, text, await open(file, 'r+'), inThread)
      : undefined;
  try {
    const {mtimeMs: nowMs} = await stat(draft);
    const free = await take();
    if (free !== undefined) return free;
    const look = await lookAtLock(file, nowMs);
    if (look.held) return look;
    if (look.content !== undefined) await evictStaleLock(file, look.content);
    const evicted = await take();
    if (evicted !== undefined) return evicted;
    const winner = await lookAtLock(file, nowMs);
    return winner.held ? winner : {holder: {pid: 0}, liveness: 'unknown'};
  } finally {
    await rm(draft, {force: true});
  }
}

/** Whether a process has the lock that lives, or that is not known to be gone. */
export async function isLocked(file: string): Promise<boolean> {
  return (await lookAtLock(file)).held;
}

/** Removes a lock whose holder is known to be gone; any other stays. */
export async function removeStaleLock(file: string): Promise<void> {
  const look = await lookAtLock(file);
  if (!look.held && look.content !== undefined) await evictStaleLock(file, look.content);
}

export type ClearOptions = {
  /** Remove the lock of a holder that cannot be seen without waiting for its heartbeat. */
  readonly force?: boolean;
  /** Called once, where it takes a while to know. */
  readonly onWait?: (holder: LockHolder) => void;
};

/**
 * Removes a lock unless its holder lives. One that this process cannot see is watched until its
 * heartbeat changes, or has not changed for a minute.
 *
 * @returns Who has it, where it stays.
 */
export async function clearLock(
  file: string,
  {force = false, onWait}: ClearOptions = {},
): Promise<LockHolder | undefined> {
  let told = false;
  for (;;) {
    const look = await lookAtLock(file);
    if (look.held && look.liveness === 'alive') return look.holder;
    if (!look.held || force) {
      if (look.content !== undefined) await evictStaleLock(file, look.content);
      return undefined;
    }
    if (!told) onWait?.(look.holder);
    told = true;
    await sleep(WATCH_MS);
  }
}
