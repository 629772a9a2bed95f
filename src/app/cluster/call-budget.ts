import * as z from 'zod';
import {journalFile} from '../../runs/run-holder.js';
import {CLUSTER_SECONDS, millisecondsFrom} from '../../util/environment-seconds.js';
import {readJson} from '../../util/json-file.js';
import {writeAtomic} from '../../util/write-atomic.js';

/** How often all who watch a folder of runs ask the controller, together. */
const PERIOD_MS = 60_000;
/** Calls in that time: the second one asks what cannot wait, or why tasks ended. */
const MAX_CALLS = 2;
const MAX_BYTES = 10_000;

const Calls = z.object({calls: z.array(z.string())});

type BudgetOptions = {
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
};

/** The calls to the controller that all programs share which watch a folder of runs, on any machine. */
export class CallBudget {
  readonly #file: string;
  readonly #periodMs: number;
  readonly #now: () => number;

  constructor(runs: string, {env, now}: BudgetOptions) {
    this.#file = journalFile(runs, 'cluster', 'json');
    this.#periodMs = millisecondsFrom(env, CLUSTER_SECONDS) ?? PERIOD_MS;
    this.#now = now;
  }

  /** Whether nobody has called for a whole period. */
  async isDue(): Promise<boolean> {
    return (await this.#recent()).length === 0;
  }

  /** Whether the period has a call left, for what cannot wait for the next one. */
  async isLeft(): Promise<boolean> {
    return (await this.#recent()).length < MAX_CALLS;
  }

  /**
   * Records a call before it is made. Only the holder of the cluster's lock makes one.
   *
   * @throws Error where that cannot be written: nobody else would know of the call.
   */
  async spend(): Promise<void> {
    const calls = [...(await this.#recent()), new Date(this.#now()).toISOString()];
    await writeAtomic(this.#file, `${JSON.stringify({calls})}\n`);
  }

  /** The calls of the last period. */
  async #recent(): Promise<string[]> {
    const {calls} = await readJson(this.#file, MAX_BYTES, Calls).catch(() => ({calls: []}));
    const nowMs = this.#now();
    // The clock of the machine that called may be ahead, but not by a whole period.
    return calls.filter(at => Math.abs(nowMs - Date.parse(at)) < this.#periodMs);
  }
}
