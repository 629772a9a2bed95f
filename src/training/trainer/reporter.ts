import type {RunEvent, RunFact} from '../../runs/events.js';
import {foldEvents, initialRunState, reduceRun, type RunState} from '../../runs/run-state.js';
import type {EventLogWriter} from '../../runs/event-log.js';

type ReporterDeps = {
  readonly log: Pick<EventLogWriter, 'append'>;
  /** To the parent; events go to the log first, so that the log is never behind. */
  readonly send: (event: RunEvent) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Numbers and dates what happens, writes it to the run's log, and passes it on. */
export class Reporter {
  readonly #deps: ReporterDeps;
  #state: RunState;
  #lastMs = 0;

  /** @param past Events of an earlier process of the same run. */
  constructor(run: string, past: readonly RunEvent[], deps: ReporterDeps) {
    this.#deps = deps;
    this.#state = foldEvents(initialRunState(run), past);
    this.#lastMs = Date.parse(past.at(-1)?.at ?? '') || 0;
  }

  /** The run as its log tells it. */
  get state(): RunState {
    return this.#state;
  }

  /** Whether the run has begun and not ended. */
  get isOpen(): boolean {
    return this.#state.trainer !== undefined && this.#state.endedAt === undefined;
  }

  readonly emit = (fact: RunFact): void => {
    const event = this.#next(fact);
    this.#deps.log.append(event);
    this.#take(event);
  };

  /** The last event; told to the parent even where it cannot be written any more. */
  fail(fact: Extract<RunFact, {type: 'run.failed'}>): void {
    const event = this.#next(fact);
    try {
      this.#deps.log.append(event);
    } catch {
      // Without a last event in the log, the run counts as crashed, which is what it is.
    }
    this.#take(event);
  }

  #next(fact: RunFact): RunEvent {
    // A clock that is set back must not let a later event look earlier.
    this.#lastMs = Math.max(this.#lastMs, this.#deps.now());
    const at = new Date(this.#lastMs).toISOString();
    return {...fact, seq: this.#state.lastSeq + 1, at, run: this.#state.id};
  }

  #take(event: RunEvent): void {
    this.#state = reduceRun(this.#state, event);
    this.#deps.send(event);
  }
}
