import {RunsWatcher} from '../runs/run-record.js';
import {Store} from '../util/store.js';
import type {Role} from './text/line.js';
import {QueuesElsewhere} from './loading/waiting-elsewhere.js';
import type {Services} from './services.js';
import {noComparison} from './state/comparison-state.js';
import {noData} from './state/data-state.js';
import {
  initialInterfaceState,
  type InterfaceState,
  type Question,
  type Screen,
} from './state/interface-state.js';
import {noMeasured} from './state/measured-state.js';
import {noPredictions} from './state/predictions-state.js';
import {noRunFiles} from './state/run-files-state.js';
import type {Snapshot} from './state/snapshot.js';

/** How the interface ends, or gives the terminal away for a while. */
export type ExitReason =
  | {readonly how: 'quit'}
  /** What runs goes on without an interface. */
  | {readonly how: 'detach'}
  /** What runs is stopped with a checkpoint. */
  | {readonly how: 'stop'}
  /** What runs is ended at once. */
  | {readonly how: 'kill'}
  | {readonly how: 'edit'; readonly path: string}
  /** The shell has the terminal until it brings this back. */
  | {readonly how: 'suspend'}
  /** The shell had it already, and all is to be drawn anew. */
  | {readonly how: 'redraw'};

/** How often the screen follows what happens by itself; keys are answered at once. */
const FOLLOW_MS = 1000;
const POLL_MS = 2000;
/** Long enough to read a line. */
const NOTICE_MS = 5000;

/** Everything behind the screen: what the person did, what runs, what is on disk. */
export class TuiController {
  readonly services: Services;
  readonly snapshot: Store<Snapshot>;
  /** Id of the burst of keys that is being acted on. */
  burst = 0;
  readonly #watcher: RunsWatcher;
  readonly #elsewhere: QueuesElsewhere;
  readonly #cleanups: (() => void)[] = [];
  #onExit: ((reason: ExitReason) => void) | undefined;
  #followTimer: NodeJS.Timeout | undefined;
  #lastFollow = 0;

  constructor(services: Services, options: {readonly ascii: boolean; readonly screen?: Screen}) {
    this.services = services;
    this.#watcher = new RunsWatcher(services.runs);
    this.#elsewhere = new QueuesElsewhere(services.runs);
    this.snapshot = new Store<Snapshot>({
      state: {...initialInterfaceState, screen: options.screen ?? 'experiments'},
      experiments: [],
      runs: [],
      queue: services.queue.state.get(),
      waitingElsewhere: [],
      comparison: noComparison,
      measured: noMeasured,
      predictions: noPredictions,
      files: noRunFiles,
      data: noData,
      ascii: options.ascii,
    });
  }

  /** Reads what is there, and follows it until `close`. */
  open(): {readonly experiments: Promise<void>; readonly runs: Promise<void>} {
    const timer = setInterval(() => void this.#pollRuns(), POLL_MS);
    const unsubscribe = this.services.queue.state.subscribe(() => this.#followSoon());
    this.#cleanups.push(
      () => clearInterval(timer),
      unsubscribe,
      () => clearTimeout(this.#followTimer),
    );
    return {experiments: this.readExperiments(), runs: this.#pollRuns()};
  }

  close(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  /** Called by whoever has mounted the screen. */
  onExit(listener: (reason: ExitReason) => void): void {
    this.#onExit = listener;
  }

  exit(reason: ExitReason): void {
    this.#onExit?.(reason);
  }

  get state(): InterfaceState {
    return this.snapshot.get().state;
  }

  change(change: (state: InterfaceState) => InterfaceState): void {
    this.update({state: change(this.state)});
  }

  update(change: Partial<Snapshot>): void {
    this.snapshot.update(snapshot => ({...snapshot, ...change}));
  }

  /** Says something in place of the keys: until the next key, but not for ever. */
  notify(text: string, role: Role = 'plain'): void {
    const notice = {text, role};
    this.change(state => ({...state, notice}));
    setTimeout(() => {
      if (this.state.notice === notice) this.change(state => ({...state, notice: undefined}));
    }, NOTICE_MS).unref();
  }

  ask(question: Question): void {
    this.change(state => ({...state, question: {...question, askedIn: this.burst}}));
  }

  /** Does something that takes time; a failure is told in one line instead of ending the program. */
  background(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.notify(error instanceof Error ? error.message : String(error), 'bad');
    });
  }

  async readExperiments(): Promise<void> {
    this.update({experiments: await this.services.listExperiments()});
  }

  /** Looks at the folder of runs now rather than at the next turn. */
  async #pollRuns(): Promise<void> {
    try {
      const runs = await this.#watcher.poll();
      const waitingElsewhere = await this.#elsewhere.read(runs, this.services.queue.id);
      const before = this.snapshot.get();
      if (runs !== before.runs || waitingElsewhere !== before.waitingElsewhere)
        this.update({runs, waitingElsewhere});
    } catch (error) {
      this.notify(`${this.services.runs}: ${(error as Error).message}`, 'bad');
    }
  }

  refreshRuns(): void {
    void this.#pollRuns();
  }

  /** Takes over what the queue says, once a second at most: drawing costs training time. */
  #followSoon(): void {
    const now = performance.now();
    const wait = this.#lastFollow + FOLLOW_MS - now;
    const before = this.snapshot.get().queue;
    const queue = this.services.queue.state.get();
    const structural =
      queue.stopping !== before.stopping ||
      queue.items.length !== before.items.length ||
      queue.items.some(({run}, index) => run.status !== before.items[index]?.run.status);
    if (structural || wait <= 0) {
      clearTimeout(this.#followTimer);
      this.#followTimer = undefined;
      this.#lastFollow = now;
      this.update({queue});
    } else {
      this.#followTimer ??= setTimeout(() => {
        this.#followTimer = undefined;
        this.#followSoon();
      }, wait);
    }
  }
}
