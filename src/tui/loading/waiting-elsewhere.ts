import {stat} from 'node:fs/promises';
import {readJournal} from '../../runs/queue/journal.js';
import {isQueueHeld, journalFile} from '../../runs/run-holder.js';
import type {RunRecord} from '../../runs/run-record.js';
import {isEnded} from '../../runs/status.js';

/** A run in the queue of another program. */
export type WaitingElsewhere = {
  /** Unique among all runs that wait. */
  readonly key: string;
  readonly name: string;
};

/** Reads from the journals of other programs which runs they have queued. */
export class QueuesElsewhere {
  readonly #runs: string;
  /** By queue: size of the journal, and what it said. A journal of the same size is not read again. */
  readonly #journals = new Map<string, {bytes: number; waiting: readonly WaitingElsewhere[]}>();
  #last: readonly WaitingElsewhere[] = [];

  /** @param runs Folder of the runs. */
  constructor(runs: string) {
    this.#runs = runs;
  }

  /**
   * Returns the runs that are queued now; the same array while nothing changes.
   *
   * @param ownQueue Id of the own queue, which is followed otherwise.
   */
  async read(
    records: readonly RunRecord[],
    ownQueue: string | undefined,
  ): Promise<readonly WaitingElsewhere[]> {
    const queues = new Set(
      records.filter(({status}) => !isEnded(status)).flatMap(({info}) => info?.batch ?? []),
    );
    if (ownQueue !== undefined) queues.delete(ownQueue);
    const waiting: WaitingElsewhere[] = [];
    // A queue whose program has ended starts no more runs, even while its last trainer lives.
    for (const id of queues)
      if (await isQueueHeld(this.#runs, id)) waiting.push(...(await this.#waitingIn(id)));
    const same =
      waiting.length === this.#last.length &&
      waiting.every(({key}, at) => key === this.#last[at]?.key);
    if (!same) this.#last = waiting;
    return this.#last;
  }

  async #waitingIn(id: string): Promise<readonly WaitingElsewhere[]> {
    const bytes = await stat(journalFile(this.#runs, id)).then(
      ({size}) => size,
      () => 0,
    );
    const earlier = this.#journals.get(id);
    if (earlier?.bytes === bytes) return earlier.waiting;
    const {journal} = await readJournal(this.#runs, id);
    const waiting = (journal?.items ?? [])
      .filter(({run}) => run === undefined)
      .map(({key, job}) => ({key: `${id}/${key}`, name: job.experiment.name}));
    this.#journals.set(id, {bytes, waiting});
    return waiting;
  }
}
