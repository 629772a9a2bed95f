import type {RunRecord} from '../runs/run-record.js';
import {mapLimited} from '../util/map-limited.js';
import {
  compareGroups,
  measureGroups,
  type CompareOptions,
  type Comparison,
  type MeasuredGroups,
} from './comparison.js';
import {measureRun, type MeasuredRun} from './run-metrics.js';

const MAX_COMPARISONS = 32;
const MAX_RUNS = 256;
/** Those of the runs on the screen, so that another metric of them is tested at once. */
const MAX_GROUPS = 4;

/**
 * Compares runs repeatedly, as a screen does: it reads the predictions of a run once and computes a
 * comparison once. A run that has trained further counts as another run.
 */
export class Comparer {
  readonly #runs = new Map<string, Promise<MeasuredRun>>();
  readonly #groups = new Map<string, MeasuredGroups>();
  readonly #comparisons = new Map<string, Comparison>();

  async compare(
    records: readonly RunRecord[],
    {metric, untilDecided, onlyWithFirst, ...options}: CompareOptions = {},
  ): Promise<Comparison> {
    const groupsKey = [JSON.stringify(options), ...records.map(runKey)].join('\n');
    const key = `${metric ?? ''} ${untilDecided?.id ?? ''} ${onlyWithFirst}\n${groupsKey}`;
    const cached = this.#comparisons.get(key);
    if (cached !== undefined) return cached;
    const runs = await mapLimited(records, record => this.measure(record));
    const groups = this.#groups.get(groupsKey) ?? measureGroups(runs, options);
    keep(this.#groups, groupsKey, groups, MAX_GROUPS);
    const comparison = compareGroups(groups, {metric, untilDecided, onlyWithFirst});
    keep(this.#comparisons, key, comparison, MAX_COMPARISONS);
    return comparison;
  }

  measure(record: RunRecord): Promise<MeasuredRun> {
    const key = runKey(record);
    const cached = this.#runs.get(key);
    if (cached !== undefined) return cached;
    const measured = measureRun(record);
    keep(this.#runs, key, measured, MAX_RUNS);
    return measured;
  }
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
