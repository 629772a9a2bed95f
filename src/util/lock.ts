import {randomBytes} from 'node:crypto';
import {open, rm, stat, writeFile, type FileHandle} from 'node:fs/promises';
import {setTimeout as sleep} from 'node:timers/promises';
import {startBeating, type StopBeating} from './heartbeat.js';
import {
  evictStaleLock,
  lookAtLock,
  nameBeside,
  removeLeftovers,
  takeName,
  type LockHolder,
  type LockLook,
} from './lock-file.js';
import {thisProcess} from './process-identity.js';
import {readPlainFileSync} from './safe-file.js';

const RETRY_MS = 500;
/** Interval of looks at a holder that this process cannot see. */
const WATCH_MS = 1_000;
/** After a pause of this length, another process may have taken the lock, so it is read again. */
const VERIFY_MS = 10_000;
const MAX_BYTES = 4096;

/** The holder of a lock that is not free. */
export type LockedBy = Pick<LockLook & {held: true}, 'holder' | 'liveness'>;

/** A lock of this process, with a heartbeat until its release. */
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
   * Whether this process still has the lock. Another process may have taken it while this one was
   * stopped. Costs nothing while the process is awake.
   */
  isHeld(): boolean {
    const nowMs = clocks();
    if (this.#isLost) return false;
    // Either clock may stop while the machine sleeps.
    if (nowMs.every((now, clock) => Math.abs(now - this.#verifiedMs[clock]!) < VERIFY_MS))
      return true;
    this.#verifiedMs = nowMs;
    this.#isLost = !this.#isOnDisk();
    return !this.#isLost;
  }

  async release(): Promise<void> {
    await this.#stop();
    await this.#handle.close();
    await removeLeftovers(this.#file);
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
 * Does some work under a lock. The lock is a file that names its holder; a lock whose holder is gone
 * is taken over.
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
 * Takes a lock, or returns its holder.
 *
 * @param options.inThread Whether this process may be too busy for a heartbeat; see `startBeating`.
 * @throws Error where the path is no lock file.
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
  const draft = nameBeside(file);
  try {
    await writeFile(draft, text, {flag: 'wx'});
    const {mtimeMs: nowMs} = await stat(draft);
    for (let attempt = 1; ; attempt++) {
      if (await takeName(draft, file)) {
        return new HeldLock(file, text, await open(file, 'r+'), inThread);
      }
      const look = await lookAtLock(file, nowMs);
      if (look.held) return look;
      if (attempt === 2) return {holder: {pid: 0}, liveness: 'unknown'};
      if (look.content !== undefined) await evictStaleLock(file, look.content);
    }
  } finally {
    await rm(draft, {force: true});
  }
}

/** Whether a lock has a holder that lives or may live. */
export async function isLocked(file: string): Promise<boolean> {
  return (await lookAtLock(file)).held;
}

/** Removes a lock whose holder is certainly gone. */
export async function removeStaleLock(file: string): Promise<void> {
  const look = await lookAtLock(file);
  if (!look.held && look.content !== undefined) await evictStaleLock(file, look.content);
}

export type ClearOptions = {
  /** Removes the lock of an unseen holder without waiting for its heartbeat. */
  readonly force?: boolean;
  /** Called once if the answer takes time. */
  readonly onWait?: (holder: LockHolder) => void;
};

/**
 * Removes a lock unless its holder lives. Watches a holder that this process cannot see until its
 * heartbeat changes, or does not change for a minute.
 *
 * @returns The holder, if the lock stays.
 */
export async function clearLock(
  file: string,
  {force = false, onWait}: ClearOptions = {},
): Promise<LockHolder | undefined> {
  let wasCalled = false;
  for (;;) {
    const look = await lookAtLock(file);
    if (look.held && look.liveness === 'alive') return look.holder;
    if (!look.held || force) {
      if (look.content !== undefined) await evictStaleLock(file, look.content);
      return undefined;
    }
    if (!wasCalled) onWait?.(look.holder);
    wasCalled = true;
    await sleep(WATCH_MS);
  }
}
