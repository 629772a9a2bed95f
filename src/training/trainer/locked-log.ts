import type {RunEvent} from '../../runs/events.js';
import type {EventLogWriter} from '../../runs/event-log.js';
import type {HeldLock} from '../../util/lock.js';

/** Another trainer has taken over the run; this one must not change the run's folder. */
export class LockLost extends Error {
  override readonly name = 'LockLost';
}

/**
 * The log of a run, written only while this trainer holds the run's lock. Another machine may take over
 * the run of a trainer that was suspended for a minute.
 */
export class LockedLog {
  readonly #log: EventLogWriter;
  readonly #lock: HeldLock;

  constructor(log: EventLogWriter, lock: HeldLock) {
    this.#log = log;
    this.#lock = lock;
  }

  /** @throws LockLost where another trainer has taken over the run. */
  append(event: RunEvent): void {
    this.#assertHeld();
    this.#log.append(event);
  }

  /** Writes the log to the disk. @throws LockLost as `append`. */
  sync(): void {
    this.#assertHeld();
    this.#log.sync();
  }

  #assertHeld(): void {
    if (this.#lock.isHeld()) return;
    throw new LockLost(
      'Another trainer took over the run, or its lock was removed, while this trainer was suspended.',
    );
  }
}
