import {accessSync, constants} from 'node:fs';
import path from 'node:path';
import {cannotMakeRun} from '../create-run.js';
import {journalFile, queueFolder} from '../run-holder.js';
import {describeHolder, UNSEEN} from '../../util/lock-file.js';
import {HeldLock, tryLock, type LockedBy} from '../../util/lock.js';
import {makeFolders, makePlainFolder} from '../../util/safe-file.js';
import {UserError} from '../../util/user-error.js';
import {CommandInbox, type CommandHandlers} from './queue-commands.js';
import {
  appendToJournal,
  JOURNAL_VERSION,
  type Journal,
  type JournalLine,
  type QueueSettings,
  type RunJob,
  type SubmittedArray,
} from './journal.js';

/** A run in a queue, as far as the journal records it. */
export type JournaledItem = {
  /** Unique in this queue. */
  readonly key: string;
  readonly job: RunJob;
  /** The run's folder, once there is one; a queued item that has one resumes. */
  readonly folder: string | undefined;
};

/**
 * Writes the journal of a queue, append-only. It does not record how runs ended: only their own logs
 * do, so that the two cannot disagree.
 */
export class QueueJournal {
  readonly id: string;
  readonly #runs: string;
  readonly #settings: QueueSettings;
  /** The recorded keys in their order, with the run of those that started. */
  #recorded: Map<string, string | undefined>;
  #isNew: boolean;
  #lock: HeldLock | undefined;
  #inbox: CommandInbox | undefined;

  /** @param from The journal so far, where the queue is resumed. */
  constructor(runs: string, id: string, settings: QueueSettings, from?: Journal) {
    this.#runs = runs;
    this.id = id;
    this.#settings = settings;
    this.#recorded = new Map(from?.items.map(({key, run}) => [key, run]));
    this.#isNew = from === undefined;
  }

  /**
   * @param handlers Receive what other processes ask of this queue.
   * @throws UserError where it cannot be written, or another process works on this queue.
   */
  async open(items: readonly JournaledItem[], handlers?: CommandHandlers): Promise<void> {
    try {
      makeFolders(this.#runs);
      // Says so before the first run, where there is a folder of queues already.
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
      if (handlers !== undefined) this.#inbox = new CommandInbox(this.#runs, this.id, handlers);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw cannotMakeRun(this.#runs, error);
    }
  }

  /** Records the changes since the last call; does nothing while the journal is not open. */
  record(items: readonly JournaledItem[]): void {
    this.#try(() => this.#write(items));
  }

  /** Records that somebody stopped this run and no other. */
  stopped(key: string): void {
    if (this.#recorded.has(key)) this.#try(() => this.#append({type: 'item.stopped', key}));
  }

  /** Records the arrays that a cluster has. @throws Error where that cannot be written. */
  submitted(arrays: readonly SubmittedArray[]): void {
    this.#append(
      ...arrays.map(array => ({
        type: 'array.submitted' as const,
        ...array,
        keys: [...array.keys],
      })),
    );
  }

  /** Records that no seed is added to a search any more. */
  searchEnded(search: string): void {
    this.#try(() => this.#append({type: 'search.ended', search}));
  }

  /** Records that the interface is left, and the runs that another process continues. */
  detached(keys: readonly string[]): void {
    this.#try(() => this.#append({type: 'queue.detached', keys: [...keys]}));
  }

  /**
   * @throws UserError where another process took the queue over: this one was stopped or asleep
   *   for so long that it counted as gone.
   */
  assertHeld(): void {
    if (this.#lock?.isHeld() !== false) return;
    throw new UserError(
      `The queue ${this.id} was taken over by another process while this one was stopped or asleep.`,
      {hint: 'celeba-tui runs shows how far it is.', exitCode: 1},
    );
  }

  #try(write: () => void): void {
    if (this.#lock === undefined) return;
    try {
      write();
    } catch {
      // A full disk: the logs of the runs report it.
    }
  }

  async close(): Promise<void> {
    await this.#inbox?.close();
    await this.#lock?.release().catch(() => {});
    this.#lock = undefined;
  }

  #write(items: readonly JournaledItem[]): void {
    const added = items.filter(({key}) => !this.#recorded.has(key));
    if (added.length > 0) {
      this.#append({type: 'items.added', items: added.map(({key, job}) => ({key, job}))});
      for (const {key} of added) this.#recorded.set(key, undefined);
    }
    const keys = items.map(({key}) => key);
    if (keys.join() !== [...this.#recorded.keys()].join()) {
      this.#append({type: 'items.ordered', keys});
      this.#recorded = new Map(keys.map(key => [key, this.#recorded.get(key)]));
    }
    const started = items.flatMap(({key, folder}) =>
      folder === undefined || this.#recorded.get(key) !== undefined
        ? []
        : [{type: 'item.started' as const, key, run: path.basename(folder)}],
    );
    if (started.length === 0) return;
    this.#append(...started);
    for (const {key, run} of started) this.#recorded.set(key, run);
  }

  #append(...lines: JournalLine[]): void {
    appendToJournal(this.#runs, this.id, ...lines);
  }
}

function heldBy(id: string, {holder, liveness}: LockedBy): UserError {
  const isUnseen = liveness === 'unknown';
  return new UserError(
    `The queue ${id} is being worked on by ${describeHolder(holder)}.${isUnseen ? ` ${UNSEEN}.` : ''}`,
    {
      hint: isUnseen
        ? `If it is certainly gone: celeba-tui run --resume ${id} --force`
        : 'celeba-tui runs shows how far it is.',
      exitCode: 1,
    },
  );
}
