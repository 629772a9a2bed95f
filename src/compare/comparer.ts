import type {RunRecord} from '../runs/run-record.js';
import {mapLimited} from '../util/map-limited.js';
import {comparisonOf, type CompareOptions, type Comparison} from './comparison.js';
import {measureRun, type MeasuredRun} from './run-metrics.js';

const MAX_COMPARISONS = 32;
const MAX_RUNS = 256;

/**
 * Compares runs repeatedly, as a screen does: it reads the predictions of a run once and computes a
 * comparison once. A run that has trained further counts as another run.
 */
export class Comparer {
  readonly #runs = new Map<string, Promise<MeasuredRun>>();
  readonly #comparisons = new Map<string, Comparison>();

  async compare(records: readonly RunRecord[], options: CompareOptions = {}): Promise<Comparison> {
    const key = comparisonKey(records, options);
    const cached = this.#comparisons.get(key);
    if (cached !== undefined) return cached;
    const runs = await mapLimited(records, record => this.measure(record));
    const comparison = comparisonOf(runs, options);
    keep(this.#comparisons, key, comparison, MAX_COMPARISONS);
    return comparison;
  }

  /** Measures one run. */
  measure(record: RunRecord): Promise<MeasuredRun> {
    const key = runKey(record);
    const cached = this.#runs.get(key);
    if (cached !== undefined) return cached;
    const measured = measureRun(record);
    keep(this.#runs, key, measured, MAX_RUNS);
    return measured;
  }
}

function comparisonKey(
  records: readonly RunRecord[],
  {each = false, untilDecided}: CompareOptions,
): string {
  return [each, untilDecided?.id, ...records.map(runKey)].join('\n');
}

/** A run's metrics change only with its log and status. */
function runKey({folder, state, status}: RunRecord): string {
  return `${folder.path} ${state.lastSeq} ${status}`;
}

/** Adds to a cache and drops its oldest entry when it is full. */
function keep<T>(cache: Map<string, T>, key: string, value: T, limit: number): void {
  cache.set(key, value);
  const [oldest] = cache.keys();
  if (cache.size > limit && oldest !== undefined) cache.delete(oldest);
}
