import type {HeadMetrics, RunMetrics} from '../../compare/run-metrics.js';
import {MOST_CHARTS} from './head-rows.js';
import type {InterfaceState} from './interface-state.js';
import {passes} from './lists.js';
import {scores} from './scores.js';
import type {Snapshot} from './snapshot.js';

/** A head of the opened run with its metrics, as a row of the table. */
export type ScoreRow = {readonly head: string; readonly metrics: HeadMetrics};

/** The metrics of the opened run if it has too many heads for a text; undefined otherwise. */
export function tabulatedRun({measured, state}: Snapshot): RunMetrics | undefined {
  const {run, result} = measured;
  if (state.screen !== 'run' || state.runTab !== 'heads' || run !== state.openRun) return undefined;
  const isTable = result !== undefined && Object.keys(result.heads).length > MOST_CHARTS;
  return isTable ? result : undefined;
}

const rowsOf = new WeakMap<
  RunMetrics,
  {
    readonly sort: InterfaceState['scoreSort'];
    readonly filter: string;
    readonly rows: readonly ScoreRow[];
  }
>();

/** The heads that the filter lets through, in the chosen order; the same array while nothing changes. */
export function scoreRows(
  run: RunMetrics,
  {scoreSort, lists}: InterfaceState,
): readonly ScoreRow[] {
  const {filter} = lists.heads;
  const last = rowsOf.get(run);
  if (last?.filter === filter && last.sort === scoreSort) return last.rows;
  const rows = Object.entries(run.heads)
    .filter(([head]) => passes(filter, head))
    .map(([head, metrics]): ScoreRow => ({head, metrics}));
  const {column, descending} = scoreSort;
  const direction = descending ? -1 : 1;
  if (column === 'head') rows.sort((a, b) => direction * (a.head < b.head ? -1 : 1));
  else if (column !== 'file order') {
    const value = ({metrics}: ScoreRow): number => {
      const score = scores[column](metrics);
      // A number that is missing sorts below all others.
      return Number.isNaN(score) ? -1 : score;
    };
    rows.sort((a, b) => direction * (value(a) - value(b)));
  } else if (descending) rows.reverse();
  rowsOf.set(run, {sort: scoreSort, filter, rows});
  return rows;
}
