import path from 'node:path';
import {setImmediate as nextTurn} from 'node:timers/promises';
import {isDeepStrictEqual} from 'node:util';
import {RunsWatcher} from '../runs/run-record.js';
import {Store} from '../util/store.js';
import type {Role} from './text/line.js';
import {QueuesElsewhere} from './loading/queues-elsewhere.js';
import {ClickAreas} from './terminal/click-areas.js';
import type {Services} from './services/services.js';
import {
  initialInterfaceState,
  type InterfaceState,
  type Question,
  type Screen,
} from './state/interface-state.js';
import {withList} from './state/lists.js';
import {emptySnapshot, type Snapshot} from './state/snapshot.js';

/** What becomes of the run in progress when the interface ends. */
export type ExitReason =
  /** Nothing: the queue ends with the interface. */
  | 'quit'
  /** It continues without an interface. */
  | 'detach'
  /** It stops with a checkpoint. */
  | 'stop'
  /** Its trainer is killed. */
  | 'kill';

/** What a mounted interface does with its terminal. */
type MountedTerminal = {
  readonly exit: (reason: ExitReason) => void;
  /** Leaves the terminal to another program until `work` is done, then draws everything again. */
  readonly lend: (work: () => Promise<void>) => Promise<void>;
};

/** The experiment under the cursor at the start, where there is one of this name. */
const FIRST = 'quick';

/** How often the screen follows training; keys are answered at once. */
const FOLLOW_MS = 500;
const POLL_MS = 2000;
/** More than a screen has rows for. */
const FIRST_RUNS = 100;
/** Long enough to read a line. */
const NOTICE_MS = 5000;

/** Holds what the screen shows (input of the person, runs, files on disk) and acts on it. */
export class TuiController {
  readonly services: Services;
  readonly snapshot: Store<Snapshot>;
  /** What the mouse can click on. */
  readonly clickAreas = new ClickAreas();
  /** Id of the keys that are acted on now. */
  burst = 0;
  /** Whether another program has the terminal. */
  isLent = false;
  /** Stops the job as the shell does at Ctrl-Z. */
  suspend: () => void = () => {};
  readonly #watcher: RunsWatcher;
  readonly #elsewhere: QueuesElsewhere;
  readonly #cleanups: (() => void)[] = [];
  #terminal: MountedTerminal | undefined;
  /** Set when the interface is to end before it is mounted. */
  #exitReason: ExitReason | undefined;
  #followTimer: NodeJS.Timeout | undefined;
  #lastFollow = 0;

  constructor(services: Services, screen: Screen = 'experiments') {
    this.services = services;
    this.#watcher = new RunsWatcher(services.runs);
    this.#elsewhere = new QueuesElsewhere(services.runs);
    this.snapshot = new Store<Snapshot>({
      ...emptySnapshot,
      state: {...initialInterfaceState, screen},
      queue: services.queue.state.get(),
    });
  }

  /** Reads experiments and runs, and follows changes until `close`. */
  open(): {readonly experiments: Promise<void>; readonly runs: Promise<void>} {
    const timer = setInterval(() => {
      void this.#pollRuns();
      this.background(() => this.readExperiments());
    }, POLL_MS);
    const unsubscribe = this.services.queue.state.subscribe(() => this.#followSoon());
    this.#cleanups.push(
      () => clearInterval(timer),
      unsubscribe,
      () => clearTimeout(this.#followTimer),
    );
    // A folder may have thousands of runs: the newest ones first.
    const runs = this.#pollRuns(FIRST_RUNS).then(() => this.#pollRuns());
    return {experiments: this.readExperiments(), runs};
  }

  close(): void {
    for (const cleanup of this.#cleanups.splice(0)) cleanup();
  }

  /** Connects the controller to its terminal. @returns A function that disconnects it. */
  attach(terminal: MountedTerminal): () => void {
    this.#terminal = terminal;
    if (this.#exitReason !== undefined) terminal.exit(this.#exitReason);
    return () => (this.#terminal = undefined);
  }

  exit(reason: ExitReason): void {
    this.#exitReason = reason;
    this.#terminal?.exit(reason);
  }

  /** Leaves the terminal to another program until `work` is done, then draws everything again. */
  async lend(work: () => Promise<void>): Promise<void> {
    if (this.#terminal === undefined || this.isLent) return;
    this.isLent = true;
    try {
      await this.#terminal.lend(work);
    } finally {
      // A job that took the terminal back from the background was stopped for it: the signal that
      // continued it arrives within these turns, when everything is drawn already.
      await nextTurn();
      await nextTurn();
      this.isLent = false;
    }
  }

  /** Opens a file in the person's editor and validates it afterwards. */
  edit(experiment: string): void {
    this.background(async () => {
      const file = await this.services.editableFile(experiment);
      const copied = file === experiment ? '' : ` Your copy: ${path.relative('.', file)}`;
      await this.lend(() => this.services.edit(file));
      await this.readExperiments();
      const entry = this.snapshot.get().experiments.find(listed => listed.path === file);
      if (entry?.error === undefined)
        this.notify(`${entry?.name ?? file} is valid.${copied}`, 'good');
      else this.notify(`${entry.name} is not valid: see below.${copied}`, 'bad');
    });
  }

  get state(): InterfaceState {
    return this.snapshot.get().state;
  }

  /** Changes parts of what the person did to the interface. */
  change(
    change: Partial<InterfaceState> | ((state: InterfaceState) => Partial<InterfaceState>),
  ): void {
    const changed = typeof change === 'function' ? change(this.state) : change;
    this.update({state: {...this.state, ...changed}});
  }

  update(change: Partial<Snapshot>): void {
    this.snapshot.update(snapshot => ({...snapshot, ...change}));
  }

  /** Shows a notice in the footer, until the next key or for some seconds. */
  notify(text: string, role: Role = 'plain'): void {
    const notice = {text, role};
    this.change({notice});
    setTimeout(() => {
      if (this.state.notice === notice) this.change({notice: undefined});
    }, NOTICE_MS).unref();
  }

  ask(question: Question): void {
    this.change({question: {...question, askedIn: this.burst}});
  }

  /** Asks a question that y answers; n, and any other key, leaves everything as it is. */
  confirm(text: string, yes: string, no: string, act: () => void): void {
    const choices = [
      {key: 'y', label: yes, act},
      {key: 'n', label: no, act: () => {}},
    ];
    this.ask({text, choices});
  }

  /** Works in the background; a failure becomes a notice. */
  background(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      this.notify(error instanceof Error ? error.message : String(error), 'bad');
    });
  }

  /** Takes over what changed in the experiment files, and asks again whether their data is there. */
  async readExperiments(): Promise<void> {
    const experiments = await this.services.listExperiments();
    if (experiments !== this.snapshot.get().experiments) this.update({experiments});
    const {lists} = this.state;
    // The example that needs no data is the one to begin with.
    if (lists.experiments.cursor === undefined && experiments.some(({name}) => name === FIRST))
      this.change(state => withList(state, 'experiments', {cursor: FIRST}));
    this.background(() => this.#readDataProblems());
  }

  async #readDataProblems(): Promise<void> {
    const {experiments, dataProblems, state} = this.snapshot.get();
    const read = await Promise.all(
      experiments.flatMap(({name, parsed}) =>
        parsed === undefined
          ? []
          : this.services
              .dataProblem(parsed, state.dataFolder)
              .then(problem => [name, problem] as const),
      ),
    );
    const problems = new Map(read);
    if (!isDeepStrictEqual(problems, dataProblems)) this.update({dataProblems: problems});
  }

  async #pollRuns(limit?: number): Promise<void> {
    try {
      void this.services.lookAtClusters().catch(() => {});
      const runs = await this.#watcher.poll(limit);
      const queuesElsewhere = await this.#elsewhere.read(this.services.queue.id);
      const before = this.snapshot.get();
      const isRead = !before.isReadingRuns;
      if (!isRead || runs !== before.runs || queuesElsewhere !== before.queuesElsewhere)
        this.update({runs, queuesElsewhere, isReadingRuns: false});
    } catch (error) {
      this.update({isReadingRuns: false});
      this.notify(`${this.services.runs}: ${(error as Error).message}`, 'bad');
    }
  }

  /** Shows what this program changed in the runs. */
  refreshRuns(): void {
    this.#watcher.readAllNext();
    void this.#pollRuns();
  }

  /** Takes over the state of the queue, at most once in FOLLOW_MS: drawing costs training time. */
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
