import {historyOf} from '../../compare/learning-curves.js';
import {answering, outputOf} from '../../model/answering.js';
import type {SplitMetrics} from '../../runs/events.js';
import {keptEpoch, type EpochRecord, type ModelState, type RunState} from '../../runs/run-state.js';
import {ownValue} from '../../util/own-value.js';
import type {InterfaceState} from './interface-state.js';
import {cursorIndex, passes} from './lists.js';
import {shownItem} from './live-items.js';
import {openedRun} from './selectors.js';
import type {Snapshot} from './snapshot.js';

/** More heads than this are a table, with the chart of one of them. */
export const MOST_CHARTS = 6;

/** A head in the table of a run's heads. Numbers are accuracies, NaN where there is none yet. */
export type HeadRow = {
  readonly head: string;
  /** On the training images of the unfinished epoch so far; afterwards of the last epoch. */
  readonly train: number;
  /** On the validation images after the last epoch. */
  readonly current: number;
  /** With the weights that are kept, so far or at last, on the validation images, as `majority`. */
  readonly best: number;
  readonly majority: number;
  /** On the validation images, epoch by epoch. */
  readonly values: readonly number[];
};

/** The run whose curves are shown. */
export function curvesRun(snapshot: Snapshot): RunState | undefined {
  if (snapshot.state.screen === 'live') return shownItem(snapshot)?.run;
  return snapshot.state.screen === 'run' ? openedRun(snapshot)?.state : undefined;
}

const rowsOf = new WeakMap<RunState, {sort: unknown; filter: string; rows: readonly HeadRow[]}>();

/** The heads that the filter lets through, in the chosen order. */
export function headRows(run: RunState, {headSort, lists}: InterfaceState): readonly HeadRow[] {
  const {filter} = lists.heads;
  const last = rowsOf.get(run);
  if (last?.filter === filter && last.sort === headSort) return last.rows;
  const rows = run.heads.filter(head => passes(filter, head)).map(head => headRow(run, head));
  const {column, descending} = headSort;
  const direction = descending ? -1 : 1;
  if (column === 'head') rows.sort((a, b) => direction * (a.head < b.head ? -1 : 1));
  else if (column !== 'file order')
    rows.sort((a, b) => direction * (sortable(a[column]) - sortable(b[column])));
  else if (descending) rows.reverse();
  rowsOf.set(run, {sort: headSort, filter, rows});
  return rows;
}

/** A number that is missing sorts below all others. */
function sortable(value: number): number {
  return Number.isNaN(value) ? -1 : value;
}

function headRow(run: RunState, head: string): HeadRow {
  const model = answering(run.models, head);
  const history = historyOf(run, head);
  const output = outputOf(model, head);
  const accuracy = (metrics: SplitMetrics | undefined): number =>
    metrics === undefined ? Number.NaN : (ownValue(metrics.heads, output)?.accuracy ?? Number.NaN);
  const partial = model?.name === run.current ? run.partial.at(-1) : undefined;
  const last = history.at(-1);
  return {
    head,
    train: accuracy((partial ?? last)?.train),
    current: accuracy(last?.validation),
    best: accuracy((model?.final ?? keptRecord(model))?.validation),
    majority: ownValue(run.data?.baselines ?? {}, head) ?? Number.NaN,
    values: history.map(({validation}) => accuracy(validation)),
  };
}

function keptRecord(model: ModelState | undefined): EpochRecord | undefined {
  const epoch = model === undefined ? undefined : keptEpoch(model);
  return model?.history.find(record => record.epoch === epoch);
}

/** Index of the head under the cursor among the rows. */
export function headCursor(rows: readonly HeadRow[], {lists}: InterfaceState): number {
  return cursorIndex(
    lists.heads,
    rows.map(({head}) => head),
  );
}

/** Why the heads have no table now; undefined where they have one. */
export function cannotWithoutTable(snapshot: Snapshot): string | undefined {
  const {screen, runTab} = snapshot.state;
  if (screen === 'run' && runTab !== 'curves' && runTab !== 'heads')
    return 'The tables of heads are on the first two pages of the run.';
  if ((curvesRun(snapshot)?.heads.length ?? 0) > MOST_CHARTS) return undefined;
  const instead = screen === 'run' && runTab === 'heads' ? 'a paragraph' : 'a chart';
  return `Up to ${MOST_CHARTS} heads have ${instead} each, not a table.`;
}
