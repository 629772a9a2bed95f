import {BEST_MEANING} from '../../report/tables/columns.js';
import type {Comparison} from '../../compare/comparison.js';
import {keptAccuracy, learningCurve} from '../../compare/learning-curves.js';
import {verdictNotes, verdictSentences} from '../../report/text/verdict.js';
import {overlayChart} from '../charts/curves.js';
import type {RunRecord} from '../../runs/run-record.js';
import {printable} from '../../util/format.js';
import type {Snapshot} from '../state/snapshot.js';
import {cut, widthOf, wrap} from '../text/fit.js';
import {line, type Line, type Role} from '../text/line.js';
import {compareColumns, headsOf, type CompareColumn} from './compare.js';
import {inside} from './pane.js';
import {partialNotes} from './partial-metrics.js';

/** Everything that the screen of a comparison draws. */
export type CompareLayout = {
  readonly title: string;
  readonly tableHeight: number;
  readonly columns: readonly {readonly key: string; readonly align: 'left' | 'right'}[];
  /** Texts by column, as ink-table takes them. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** In place of the table. */
  readonly message: readonly Line[];
  /** What the differences say. */
  readonly verdict: Part | undefined;
  readonly curves: Part | undefined;
};

type Part = {
  readonly title: string;
  readonly height: number;
  readonly lines: readonly Line[];
};

const MIN_CURVES = 10;
/** Frame of a pane, lines of the table around its rows. */
const TABLE_FRAME = 2 + 4;

/**
 * Table above, curves below where there is room. Where not all columns fit, the title says how
 * many more there are, and the arrows lead to them.
 */
export function compareLayout(
  snapshot: Snapshot,
  records: readonly RunRecord[],
  width: number,
  height: number,
): CompareLayout {
  const {comparison, state, ascii} = snapshot;
  if (comparison.result === undefined) return withoutTable(comparison.error, width, height);
  const {groups} = comparison.result;
  const room = inside({width, height}).width;
  const long = compareColumns(comparison.result, state.allColumns, records);
  const shown = headsOf(comparison.result, records).length;
  // A number for every head says more than an interval for some.
  const intervals = fitting(long.slice(0, 1 + shown), 0, room).length > shown;
  const wanted = intervals
    ? long
    : compareColumns(comparison.result, state.allColumns, records, false);
  const columns = fitting(wanted, state.firstColumn, room);
  // The table draws a line between each two rows.
  const tableHeight = Math.min(height, TABLE_FRAME + 2 * groups.length - 1);
  const verdict = verdictBelow(
    comparison.result,
    records,
    long.some(({best}) => best !== undefined),
    width,
    height - tableHeight,
  );
  const rest = height - tableHeight - (verdict?.height ?? 0);
  const hidden = wanted.length - columns.length;
  const more = hidden === 0 ? '' : ` · ${hidden} columns more: ${ascii ? 'Left Right' : '← →'}`;
  return {
    title: `Comparison of ${groups.length}${more}`,
    tableHeight,
    columns: columns.map(({title, align}) => ({key: printable(title), align})),
    rows: groups.map((_, row) =>
      Object.fromEntries(columns.map(column => [printable(column.title), cellText(column, row)])),
    ),
    message: [],
    verdict,
    curves: rest < MIN_CURVES ? undefined : curvesBelow(snapshot, records, width, rest),
  };
}

/** The sentences of the verdict and what they rest on, as far as there is room. */
function verdictBelow(
  result: Comparison,
  records: readonly RunRecord[],
  isMarked: boolean,
  width: number,
  room: number,
): Part | undefined {
  const marks = isMarked ? [`★ ${BEST_MEANING}`] : [];
  const wrapped = (text: string, role: Role): Line[] =>
    wrap(text, width - 4).map(own => line(own, role));
  const lines = [
    ...verdictSentences(result).flatMap(text => wrapped(text, 'strong')),
    ...partialNotes(result.groups, records).flatMap(text => wrapped(text, 'warning')),
    ...[...marks, ...verdictNotes(result)].flatMap(text => wrapped(text, 'faint')),
  ];
  if (lines.length === 0 || room < 3) return undefined;
  const height = Math.min(lines.length + 2, room);
  return {title: 'Verdict', height, lines: lines.slice(0, height - 2)};
}

function withoutTable(error: string | undefined, width: number, height: number): CompareLayout {
  const text =
    error ??
    'Nothing to compare yet. Mark runs with Space on the Runs screen and press c, or run several experiments.';
  return {
    title: 'Comparison',
    tableHeight: height,
    columns: [],
    rows: [],
    message: wrap(text, width - 4).map(own => line(own)),
    verdict: undefined,
    curves: undefined,
  };
}

const MAX_CELL = 28;

/** The best of a column is marked by a star, not by colour alone. */
function cellText({cells, best}: CompareColumn, row: number): string {
  const text = cut(printable(cells[row] ?? ''), MAX_CELL);
  return best === undefined ? text : `${text}${best === row ? ' ★' : '  '}`;
}

/** The names, and from `first` on as many columns as fit; at the end the last ones that do. */
function fitting(
  [names, ...columns]: readonly CompareColumn[],
  first: number,
  width: number,
): readonly CompareColumn[] {
  if (names === undefined) return [];
  for (let start = Math.min(first, columns.length); start > 0; start--) {
    const earlier = thatFit([names, ...columns.slice(start - 1)], width);
    if (earlier.length < columns.length - start + 2)
      return thatFit([names, ...columns.slice(start)], width);
  }
  return thatFit([names, ...columns], width);
}

function thatFit(columns: readonly CompareColumn[], width: number): readonly CompareColumn[] {
  let used = 1;
  const kept: CompareColumn[] = [];
  for (const column of columns) {
    const texts = [column.title, ...column.cells.map((_, row) => cellText(column, row))];
    used += Math.max(...texts.map(widthOf)) + 3;
    if (used > width && kept.length > 0) break;
    kept.push(column);
  }
  return kept;
}

/** The curves of one head of all runs: accuracy of the first, or of the head that is scrolled to. */
function curvesBelow(
  {state, ascii, comparison}: Snapshot,
  records: readonly RunRecord[],
  width: number,
  height: number,
): CompareLayout['curves'] {
  const heads = [...new Set(records.flatMap(({state: run}) => run.heads))];
  const head = heads[state.scroll % Math.max(1, heads.length)];
  if (head === undefined) return undefined;
  const epochs = Math.max(1, ...records.map(({state: run}) => run.epochs));
  const curves = (comparison.result?.groups ?? []).map(({name, runs}) => {
    const ids = new Set(runs.map(({id}) => id));
    const members = records.flatMap(({state: run}) => (ids.has(run.id) ? [run] : []));
    const points = learningCurve(members, head, 'validation', 'accuracy');
    const results = new Set(runs.flatMap(({id, problem}) => (problem === undefined ? [id] : [])));
    const ended = members.filter(({id}) => results.has(id));
    const kept = keptAccuracy(ended.length > 0 ? ended : members, head);
    return {name, seeds: members.length, points, kept};
  });
  const seeds = Math.max(0, ...curves.map(own => own.seeds));
  const over = seeds > 1 ? ` · mean of ${seeds} seeds` : '';
  const room = inside({width, height});
  return {
    title: `${head} validation accuracy${over} · ↓ next head`,
    height,
    lines: overlayChart(curves, epochs, {width: room.width, height: room.height, ascii}),
  };
}
