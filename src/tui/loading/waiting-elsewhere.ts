import {stat} from 'node:fs/promises';
import {isQueueHeld, journalFile, readJournal} from '../../runs/queue/journal.js';
import {isBroken, type RunRecord} from '../../runs/run-record.js';
import {isEnded} from '../../runs/status.js';

/** A run that waits in the queue of another program. */
export type WaitingElsewhere = {
  /** No other item's. */
  readonly key: string;
  readonly name: string;
};

/** What waits behind the runs that other programs work on, as their journals say. */
export class QueuesElsewhere {
  readonly #runs: string;
  /** By queue: how long its journal was, and what it said; large ones are not read each time. */
  readonly #known = new Map<string, {bytes: number; waiting: readonly WaitingElsewhere[]}>();
  #last: readonly WaitingElsewhere[] = [];

  /** @param runs Folder of the runs. */
  constructor(runs: string) {
    this.#runs = runs;
  }

  /**
   * Now; the same array while nothing changed.
   *
   * @param ownQueue Id of the own queue, which is followed otherwise.
   */
  async read(
    records: readonly RunRecord[],
    ownQueue: string | undefined,
  ): Promise<readonly WaitingElsewhere[]> {
    const queues = new Set(
      records
        .filter(({status}) => !isEnded(status))
        .flatMap(({info}) => (isBroken(info) ? [] : (info.batch ?? []))),
    );
    if (ownQueue !== undefined) queues.delete(ownQueue);
    const waiting: WaitingElsewhere[] = [];
    // Where nobody works on a queue any more, though its last trainer still lives, nothing waits.
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
    const earlier = this.#known.get(id);
    if (earlier?.bytes === bytes) return earlier.waiting;
    const {journal} = await readJournal(this.#runs, id);
    const waiting = (journal?.items ?? [])
      .filter(({run}) => run === undefined)
      .map(({key, job}) => ({key: `${id}/${key}`, name: job.experiment.name}));
    this.#known.set(id, {bytes, waiting});
    return waiting;
  }
}
