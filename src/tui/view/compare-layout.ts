import {overlayChart, validationAccuracies} from '../charts/curves.js';
import type {RunRecord} from '../../runs/run-record.js';
import {printable} from '../../util/format.js';
import type {Snapshot} from '../state/snapshot.js';
import {cut, widthOf, wrap} from '../text/fit.js';
import {line, type Line} from '../text/line.js';
import {compareColumns, type CompareColumn} from './compare.js';
import {inside} from './pane.js';

/** Everything that the screen of a comparison draws. */
export type CompareLayout = {
  readonly title: string;
  readonly tableHeight: number;
  readonly columns: readonly {readonly key: string; readonly align: 'left' | 'right'}[];
  /** Texts by column, as ink-table takes them. */
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** In place of the table. */
  readonly message: readonly Line[];
  readonly curves:
    {readonly title: string; readonly height: number; readonly lines: readonly Line[]} | undefined;
};

const MIN_CURVES = 10;
/** Frame of a pane, lines of the table around its rows. */
const TABLE_FRAME = 2 + 4;

/**
 * Table above, curves below where there is room. Columns that do not fit are left out from the
 * right, and the title says how many.
 */
export function compareLayout(
  snapshot: Snapshot,
  records: readonly RunRecord[],
  width: number,
  height: number,
): CompareLayout {
  const {comparison, state} = snapshot;
  if (comparison.result === undefined) return withoutTable(comparison.error, width, height);
  const wanted = compareColumns(comparison.result, state.allColumns);
  const columns = fitting(wanted, inside({width, height}).width);
  const count = comparison.result.groups.length;
  // The table draws a line between each two rows.
  const needed = TABLE_FRAME + 2 * count - 1;
  const tableHeight = height - needed >= MIN_CURVES ? needed : height;
  const hidden = wanted.length - columns.length;
  return {
    title: `Comparison of ${count} runs${hidden === 0 ? '' : ` · ${hidden} columns have no room`}`,
    tableHeight,
    columns: columns.map(({title, align}) => ({key: printable(title), align})),
    rows: Array.from({length: count}, (_, row) =>
      Object.fromEntries(columns.map(column => [printable(column.title), cellText(column, row)])),
    ),
    message: [],
    curves:
      tableHeight === height
        ? undefined
        : curvesBelow(snapshot, records, width, height - tableHeight),
  };
}

function withoutTable(error: string | undefined, width: number, height: number): CompareLayout {
  const text =
    error ??
    'Nothing to compare yet. Mark runs with Space on the screen of runs, and press c; or run several experiments.';
  return {
    title: 'Comparison',
    tableHeight: height,
    columns: [],
    rows: [],
    message: wrap(text, width - 4).map(own => line(own)),
    curves: undefined,
  };
}

const MAX_CELL = 28;

/** The best of a column is marked by a star, not by colour alone. */
function cellText({cells, best}: CompareColumn, row: number): string {
  const text = cut(printable(cells[row] ?? ''), MAX_CELL);
  return best === undefined ? text : `${text}${best === row ? ' ★' : '  '}`;
}

function fitting(columns: readonly CompareColumn[], width: number): readonly CompareColumn[] {
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
  {state, ascii}: Snapshot,
  records: readonly RunRecord[],
  width: number,
  height: number,
): CompareLayout['curves'] {
  const heads = [...new Set(records.flatMap(({state: run}) => run.heads))];
  const head = heads[state.scroll % Math.max(1, heads.length)];
  if (head === undefined) return undefined;
  const epochs = Math.max(1, ...records.map(({state: run}) => run.epochs));
  const curves = records.map(({state: run}) => ({
    name: run.experiment,
    values: validationAccuracies(run, head),
  }));
  const room = inside({width, height});
  return {
    title: `${head} validation accuracy · ↓ next head`,
    height,
    lines: overlayChart(curves, epochs, {width: room.width, height: room.height, ascii}),
  };
}
