import {stat} from 'node:fs/promises';
import {isDeepStrictEqual} from 'node:util';
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

type Items = QueueElsewhere['items'];

/** Reads the queues of other programs from their journals. */
export class QueuesElsewhere {
  readonly #runs: string;
  /** A journal of the same size is not read again. */
  readonly #journals = new Map<string, {readonly bytes: number; readonly items: Items}>();
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
      const holder = holders.get(id);
      const items = await this.#itemsOf(id);
      // Nothing starts the queued runs of a queue that nobody works on: Q resumes it.
      const isListed = ({run}: Items[number]): boolean => holder !== undefined || run !== undefined;
      queues.push({id, holder, items: items.filter(isListed)});
    }
    if (!isDeepStrictEqual(queues, this.#last)) this.#last = queues;
    return this.#last;
  }

  async #itemsOf(id: string): Promise<Items> {
    const bytes = await stat(journalFile(this.#runs, id)).then(
      ({size}) => size,
      () => 0,
    );
    const before = this.#journals.get(id);
    if (before?.bytes === bytes) return before.items;
    const {journal} = await readJournal(this.#runs, id);
    const jobs = journal?.items ?? [];
    const names = namesInQueue(jobs.map(({job}) => job.experiment));
    const items = jobs.map(({key, job, run}, index) => ({
      key,
      name: names[index] ?? job.experiment.name,
      run,
    }));
    this.#journals.set(id, {bytes, items});
    return items;
  }
}
