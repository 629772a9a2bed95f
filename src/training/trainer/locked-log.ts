import type {RunEvent} from '../../runs/events.js';
import type {EventLogWriter} from '../../runs/event-log.js';
import type {HeldLock} from '../../util/lock.js';

/** This trainer is not the run's any more: it leaves everything in the run's folder as it is. */
export class LockLost extends Error {
  override readonly name = 'LockLost';
}

/**
 * A run's log that is written only while the run is this trainer's. A trainer that was stopped for
 * a minute may have been taken for gone by another machine, and the run is trained there now.
 */
export class LockedLog {
  readonly #log: EventLogWriter;
  readonly #lock: HeldLock;

  constructor(log: EventLogWriter, lock: HeldLock) {
    this.#log = log;
    this.#lock = lock;
  }

  /** @throws LockLost where the run is not this trainer's any more. */
  append(event: RunEvent): void {
    this.#assertHeld();
    this.#log.append(event);
  }

  /** What was appended survives a loss of power. @throws LockLost as `append`. */
  sync(): void {
    this.#assertHeld();
    this.#log.sync();
  }

  #assertHeld(): void {
    if (this.#lock.isHeld()) return;
    throw new LockLost(
      'The run was taken over by another trainer, or its lock was removed, while this one was stopped or asleep.',
    );
  }
}
