import {accessSync, appendFileSync, constants, mkdirSync} from 'node:fs';
import path from 'node:path';
import {tryLock, type Release} from '../util/lock.js';
import {UserError, messageOf} from '../util/user-error.js';
import {journalFile, type Journal, type JournalLine, type QueueSettings} from './journal.js';
import type {QueueItem} from './queue-state.js';

/**
 * The journal of a queue, append-only. How its runs ended is not in it: their own logs say so, and
 * they cannot disagree.
 */
export class QueueJournal {
  readonly id: string;
  readonly #runs: string;
  readonly #settings: QueueSettings;
  /** Keys in their order, with the run of those begun. */
  #known: Map<string, string | undefined>;
  #isNew: boolean;
  #lock: Release | undefined;

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
      mkdirSync(path.dirname(journalFile(this.#runs, this.id)), {recursive: true});
      const lock = await tryLock(journalFile(this.#runs, this.id, 'lock'));
      if (typeof lock !== 'function') throw heldBy(this.id, lock.pid);
      this.#lock = lock;
      if (this.#isNew) {
        this.#append({type: 'queue.opened', version: 1, settings: this.#settings});
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

  async close(): Promise<void> {
    await this.#lock?.().catch(() => {});
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
      this.#append({type: 'item.begun', key, run});
      this.#known.set(key, run);
    }
  }

  #append(line: JournalLine): void {
    // A line that a kill tore must not swallow this one.
    appendFileSync(journalFile(this.#runs, this.id), `\n${JSON.stringify(line)}\n`);
  }
}

function heldBy(id: string, pid: number): UserError {
  return new UserError(`The queue ${id} is being worked on by process ${pid}.`, {
    hint: 'celeba-tui runs shows how far it is.',
    exitCode: 1,
  });
}
