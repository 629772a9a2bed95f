import type {RunEvent, RunFact} from '../../runs/events.js';
import {foldEvents, initialRunState, reduceRun, type RunState} from '../../runs/run-state.js';
import type {EventLogWriter} from '../../runs/event-log.js';

type ReporterDeps = {
  readonly log: Pick<EventLogWriter, 'append'>;
  /** Sends an event to the parent, after it is in the log. */
  readonly send: (event: RunEvent) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Numbers and dates events, writes them to the run's log, and sends them to the parent. */
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

  /** State of the run according to its log. */
  get state(): RunState {
    return this.#state;
  }

  /** Whether the run has started and not ended. */
  get isOpen(): boolean {
    return this.#state.trainer !== undefined && this.#state.endedAt === undefined;
  }

  readonly emit = (fact: RunFact): void => {
    const event = this.#next(fact);
    this.#deps.log.append(event);
    this.#take(event);
  };

  /** Reports the failure to the parent even where it cannot be written to the log. */
  fail(fact: Extract<RunFact, {type: 'run.failed'}>): void {
    const event = this.#next(fact);
    try {
      this.#deps.log.append(event);
    } catch {
      // Without a last event in its log, the run counts as crashed.
    }
    this.#take(event);
  }

  #next(fact: RunFact): RunEvent {
    // Later events must not look earlier after the clock is set back.
    this.#lastMs = Math.max(this.#lastMs, this.#deps.now());
    const at = new Date(this.#lastMs).toISOString();
    return {...fact, seq: this.#state.lastSeq + 1, at, run: this.#state.id};
  }

  #take(event: RunEvent): void {
    this.#state = reduceRun(this.#state, event);
    this.#deps.send(event);
  }
}
