import {stat} from 'node:fs/promises';
import {namesInQueue} from '../../experiment/folds.js';
import {readJournal} from '../../runs/queue/journal.js';
import {heldQueues, journalFile} from '../../runs/run-holder.js';

/** A run in the queue of another program, as the journal has it. */
type ItemElsewhere = {
  readonly key: string;
  readonly name: string;
  /** Id of its run, once it has started. */
  readonly run: string | undefined;
};

/** A queue that another program works on, or worked on while this interface was open. */
export type QueueElsewhere = {
  readonly id: string;
  /** Whether a process works on it now, and whether on this machine. */
  readonly holder: 'here' | 'elsewhere' | undefined;
  readonly items: readonly ItemElsewhere[];
};

/** Reads the queues of other programs from their journals. */
export class QueuesElsewhere {
  readonly #runs: string;
  /** A journal of the same size is not read again. */
  readonly #bytes = new Map<string, number>();
  readonly #items = new Map<string, QueueElsewhere['items']>();
  #last: readonly QueueElsewhere[] = [];

  /** @param runs Folder of the runs. */
  constructor(runs: string) {
    this.#runs = runs;
  }

  /**
   * Returns the queues as they are now, in the order in which they were seen first; the same array
   * while nothing changes. The started runs of a queue stay after its program has ended: they are
   * compared, or resumed.
   *
   * @param ownQueue Id of the own queue, which is followed otherwise.
   */
  async read(ownQueue: string | undefined): Promise<readonly QueueElsewhere[]> {
    const holders = await heldQueues(this.#runs);
    const ids = new Set([...this.#last.map(({id}) => id), ...holders.keys()]);
    if (ownQueue !== undefined) ids.delete(ownQueue);
    const queues: QueueElsewhere[] = [];
    for (const id of ids) {
      const before = this.#last.find(queue => queue.id === id);
      const holder = holders.get(id);
      const items = await this.#shownItems(id, holder === undefined, before?.items);
      const isSame = before?.holder === holder && before?.items === items;
      queues.push(isSame && before !== undefined ? before : {id, holder, items});
    }
    const isSame =
      queues.length === this.#last.length && queues.every((queue, at) => queue === this.#last[at]);
    if (!isSame) this.#last = queues;
    return this.#last;
  }

  /** Nothing starts the queued runs of a queue that nobody works on: Q resumes it. */
  async #shownItems(
    id: string,
    isLeft: boolean,
    before: QueueElsewhere['items'] = [],
  ): Promise<QueueElsewhere['items']> {
    const all = await this.#itemsOf(id, this.#items.get(id) ?? []);
    this.#items.set(id, all);
    const items = isLeft ? all.filter(({run}) => run !== undefined) : all;
    const isSame = items.length === before.length && items.every((item, at) => item === before[at]);
    return isSame ? before : items;
  }

  async #itemsOf(id: string, before: QueueElsewhere['items']): Promise<QueueElsewhere['items']> {
    const bytes = await stat(journalFile(this.#runs, id)).then(
      ({size}) => size,
      () => 0,
    );
    if (this.#bytes.get(id) === bytes) return before;
    this.#bytes.set(id, bytes);
    const {journal} = await readJournal(this.#runs, id);
    const jobs = journal?.items ?? [];
    const names = namesInQueue(jobs.map(({job}) => job.experiment));
    return jobs.map(({key, job, run}, index) => ({
      key,
      name: names[index] ?? job.experiment.name,
      run,
    }));
  }
}
