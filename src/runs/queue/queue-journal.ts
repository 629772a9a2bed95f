import {accessSync, constants, mkdirSync} from 'node:fs';
import path from 'node:path';
import {queueFolder} from '../run-holder.js';
import {describeHolder, UNSEEN} from '../../util/lock-file.js';
import {HeldLock, tryLock, type LockedBy} from '../../util/lock.js';
import {makePlainFolder} from '../../util/safe-file.js';
import {UserError, messageOf} from '../../util/user-error.js';
import {appendToJournal, journalFile, type Journal} from './journal.js';
import {JOURNAL_VERSION, type JournalLine, type QueueSettings} from './journal-line.js';
import type {QueueItem} from './queue-state.js';

/**
 * The journal of a queue, append-only. How its runs ended is not in it: their own logs say so, and
 * they cannot disagree.
 */
export class QueueJournal {
  readonly id: string;
  readonly #runs: string;
  readonly #settings: QueueSettings;
  /** Keys in their order, with the run of those that started. */
  #known: Map<string, string | undefined>;
  #isNew: boolean;
  #lock: HeldLock | undefined;

  /** @param from What is written already, where the queue goes on. */
  constructor(runs: string, id: string, settings: QueueSettings, from?: Journal) {
    this.#runs = runs;
    this.id = id;
    this.#settings = settings;
    this.#known = new Map(from?.items.map(({key, run}) => [key, run]));
    this.#isNew = from === undefined;
  }

  /** @throws UserError where it cannot be written, or another process works on this queue. */
  async open(items: readonly QueueItem[]): Promise<void> {
    try {
      mkdirSync(this.#runs, {recursive: true});
      // On a disk that is read only, a recursive mkdir speaks of a missing folder instead.
      accessSync(this.#runs, constants.W_OK);
      await makePlainFolder(queueFolder(this.#runs));
      const lock = await tryLock(journalFile(this.#runs, this.id, 'lock'));
      if (!(lock instanceof HeldLock)) throw heldBy(this.id, lock);
      this.#lock = lock;
      if (this.#isNew) {
        this.#append({type: 'queue.opened', version: JOURNAL_VERSION, settings: this.#settings});
        this.#isNew = false;
      }
      this.#write(items);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`${this.#runs}: a run's folder could not be made: ${messageOf(error)}`, {
        hint: 'Name a folder that can be written to with --runs DIR.',
        exitCode: 1,
        cause: error,
      });
    }
  }

  /** Writes what is different; does nothing while it is not open. */
  record(items: readonly QueueItem[]): void {
    if (this.#lock === undefined) return;
    try {
      this.#write(items);
    } catch {
      // A full disk: the runs themselves say so, louder.
    }
  }

  /** Notes that somebody stopped this run and no other. */
  stopped(key: string): void {
    if (this.#known.has(key)) this.#note({type: 'item.stopped', key});
  }

  /** Notes that the interface is left, and what another process goes on with. */
  left(keys: readonly string[]): void {
    this.#note({type: 'queue.left', keys: [...keys]});
  }

  /**
   * @throws UserError where another process works on the queue by now: this one was stopped or
   *   asleep for long, and was taken for gone.
   */
  assertHeld(): void {
    if (this.#lock?.isHeld() !== false) return;
    throw new UserError(
      `The queue ${this.id} was taken over by another process while this one was stopped or asleep.`,
      {hint: 'celeba-tui runs shows how far it is.', exitCode: 1},
    );
  }

  #note(line: JournalLine): void {
    if (this.#lock === undefined) return;
    try {
      this.#append(line);
    } catch {
      // A full disk: the runs themselves say so, louder.
    }
  }

  async close(): Promise<void> {
    await this.#lock?.release().catch(() => {});
    this.#lock = undefined;
  }

  #write(items: readonly QueueItem[]): void {
    const added = items.filter(({key}) => !this.#known.has(key));
    if (added.length > 0) {
      this.#append({type: 'items.added', items: added.map(({key, job}) => ({key, job}))});
      for (const {key} of added) this.#known.set(key, undefined);
    }
    const keys = items.map(({key}) => key);
    if (keys.join() !== [...this.#known.keys()].join()) {
      this.#append({type: 'items.ordered', keys});
      this.#known = new Map(keys.map(key => [key, this.#known.get(key)]));
    }
    for (const {key, folder} of items) {
      if (folder === undefined || this.#known.get(key) !== undefined) continue;
      const run = path.basename(folder);
      this.#append({type: 'item.started', key, run});
      this.#known.set(key, run);
    }
  }

  #append(line: JournalLine): void {
    appendToJournal(this.#runs, this.id, line);
  }
}

function heldBy(id: string, {holder, liveness}: LockedBy): UserError {
  const isUnseen = liveness === 'unknown';
  return new UserError(
    `The queue ${id} is being worked on by ${describeHolder(holder)}.${isUnseen ? ` ${UNSEEN}.` : ''}`,
    {
      hint: isUnseen
        ? `Where it is gone for certain: celeba-tui run --resume ${id} --force`
        : 'celeba-tui runs shows how far it is.',
      exitCode: 1,
    },
  );
}
