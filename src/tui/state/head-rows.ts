import {historyOf} from '../../compare/learning-curves.js';
import type {HeadMetrics, RunMetrics} from '../../compare/run-metrics.js';
import {answering, outputOf} from '../../model/answering.js';
import type {SplitMetrics} from '../../runs/events.js';
import {keptEpoch, type ModelState, type RunState} from '../../runs/run-state.js';
import {ownValue} from '../../util/own-value.js';
import {remembering} from '../../util/remember.js';
import type {InterfaceState, SortOrder} from './interface-state.js';
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

/** A head of the opened run with its metrics. */
export type ScoreRow = HeadMetrics & {readonly head: string};

/** The numbers by which a table of heads is sorted, by their names. */
type Numbers<Row> = Readonly<Record<string, (row: Row) => number>>;

const accuracies: Numbers<HeadRow> = {
  current: ({current}) => current,
  best: ({best}) => best,
  majority: ({majority}) => majority,
};

/** The metrics in the table of an opened run's heads, the most important ones first. */
export const scores: Numbers<HeadMetrics> = {
  accuracy: ({accuracy}) => accuracy,
  balanced: ({balancedAccuracy}) => balancedAccuracy,
  F1: ({f1}) => f1,
  majority: ({baseline}) => baseline,
  TP: ({confusion}) => confusion.truePositives,
  FN: ({confusion}) => confusion.falseNegatives,
  FP: ({confusion}) => confusion.falsePositives,
  TN: ({confusion}) => confusion.trueNegatives,
  precision: ({precision}) => precision,
  recall: ({recall}) => recall,
  'ROC-AUC': ({rocAuc}) => rocAuc,
  'PR-AUC': ({prAuc}) => prAuc,
  Brier: ({brier}) => brier,
  ECE: ({ece}) => ece,
};

const FILE_ORDER = 'file order';
export const accuracyOrders = [FILE_ORDER, 'head', ...Object.keys(accuracies)];
export const scoreOrders = [FILE_ORDER, 'head', ...Object.keys(scores)];

/** The run whose curves are shown. */
export function curvesRun(snapshot: Snapshot): RunState | undefined {
  if (snapshot.state.screen === 'live') return shownItem(snapshot)?.run;
  return snapshot.state.screen === 'run' ? openedRun(snapshot)?.state : undefined;
}

/** The heads that the filter lets through, in the chosen order; the same array while nothing changes. */
export function headRows(run: RunState, {headSort, lists}: InterfaceState): readonly HeadRow[] {
  return accuracyRows(run, headSort, lists.heads.filter);
}

const accuracyRows = remembering((run: RunState, order: SortOrder, filter: string) => {
  const heads = run.heads.filter(head => passes(filter, head));
  return sorted(
    heads.map(head => headRow(run, head)),
    accuracies,
    order,
  );
});

/** As `headRows`, with the metrics of an opened run. */
export function scoreRows(
  run: RunMetrics,
  {scoreSort, lists}: InterfaceState,
): readonly ScoreRow[] {
  return metricRows(run, scoreSort, lists.heads.filter);
}

const metricRows = remembering((run: RunMetrics, order: SortOrder, filter: string) => {
  const heads = Object.entries(run.heads).filter(([head]) => passes(filter, head));
  const rows = heads.map(([head, metrics]): ScoreRow => ({head, ...metrics}));
  return sorted(rows, scores, order);
});

function sorted<Row extends {readonly head: string}>(
  rows: readonly Row[],
  numbers: Numbers<Row>,
  {column, descending}: SortOrder,
): readonly Row[] {
  const direction = descending ? -1 : 1;
  if (column === 'head') return rows.toSorted((a, b) => direction * (a.head < b.head ? -1 : 1));
  const number = numbers[column];
  if (number === undefined) return descending ? rows.toReversed() : rows;
  const value = (row: Row): number => {
    const finite = number(row);
    // A number that is missing sorts below all others.
    return Number.isNaN(finite) ? -1 : finite;
  };
  return rows.toSorted((a, b) => direction * (value(a) - value(b)));
}

/** Says by what heads are sorted, and how many of them the filter lets through; '' for all as in the file. */
export function orderText(
  {column, descending}: SortOrder,
  filter: string,
  shown: number,
  total: number,
): string {
  const order = column === FILE_ORDER ? '' : ` · by ${column} ${descending ? '↓' : '↑'}`;
  return filter === '' ? order : `${order} · /${filter} (${shown} of ${total})`;
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

function keptRecord(model: ModelState | undefined): ModelState['history'][number] | undefined {
  const epoch = model === undefined ? undefined : keptEpoch(model);
  return model?.history.find(record => record.epoch === epoch);
}

/** Index of the head under the cursor among the rows. */
export function headCursor(
  rows: readonly {readonly head: string}[],
  {lists}: InterfaceState,
): number {
  return cursorIndex(
    lists.heads,
    rows.map(({head}) => head),
  );
}

/** The metrics of the opened run if it has too many heads for a text; undefined otherwise. */
export function tabulatedRun({measured, state}: Snapshot): RunMetrics | undefined {
  const {run, result} = measured;
  if (state.screen !== 'run' || state.runTab !== 'heads' || run !== state.openRun) return undefined;
  const isTable = result !== undefined && Object.keys(result.heads).length > MOST_CHARTS;
  return isTable ? result : undefined;
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
