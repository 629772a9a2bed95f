import type {RunRecord} from '../runs/run-record.js';
import {comparisonOf, type CompareOptions, type Comparison} from './comparison.js';
import {measureRun, type MeasuredRun} from './measure-run.js';
import {mapLimited} from '../util/map-limited.js';

const KEPT_COMPARISONS = 32;
const KEPT_RUNS = 256;

/**
 * Compares again and again what hardly changes, as a screen does: `known` answers at once for the
 * runs that were compared before and touches no file; `compare` reads the predictions of a run
 * once, and computes a comparison once. A run that went on since counts as another one.
 */
export class Comparer {
  readonly #runs = new Map<string, Promise<MeasuredRun>>();
  readonly #comparisons = new Map<string, Comparison>();

  /** What was found before for just these runs, in this order; undefined where nothing was. */
  known(records: readonly RunRecord[], options: CompareOptions = {}): Comparison | undefined {
    return this.#comparisons.get(comparisonKey(records, options));
  }

  async compare(records: readonly RunRecord[], options: CompareOptions = {}): Promise<Comparison> {
    const key = comparisonKey(records, options);
    const before = this.#comparisons.get(key);
    if (before !== undefined) return before;
    const runs = await mapLimited(records, record => this.measure(record));
    const comparison = comparisonOf(runs, options);
    keep(this.#comparisons, key, comparison, KEPT_COMPARISONS);
    return comparison;
  }

  /** The numbers of one run; its predictions are read once. */
  measure(record: RunRecord): Promise<MeasuredRun> {
    const key = runKey(record);
    const before = this.#runs.get(key);
    if (before !== undefined) return before;
    const measured = measureRun(record);
    keep(this.#runs, key, measured, KEPT_RUNS);
    return measured;
  }
}

function comparisonKey(records: readonly RunRecord[], {each = false}: CompareOptions): string {
  return [each, ...records.map(runKey)].join('\n');
}

/** A run's numbers change with its log and status, and with nothing else. */
function runKey({folder, state, status}: RunRecord): string {
  return `${folder.path} ${state.lastSeq} ${status}`;
}

/** The oldest goes when there are too many. */
function keep<T>(kept: Map<string, T>, key: string, value: T, most: number): void {
  kept.set(key, value);
  const [oldest] = kept.keys();
  if (kept.size > most && oldest !== undefined) kept.delete(oldest);
}
