import {Box} from 'ink';
import type {ReactElement} from 'react';
import type {RunMetrics} from '../../compare/run-metrics.js';
import {fraction, oneLine, thousands} from '../../util/format.js';
import {selectRow} from '../actions/navigation.js';
import {sortScoresBy} from '../actions/head-order.js';
import {useController, useSnapshot} from '../hooks.js';
import type {InterfaceState} from '../state/interface-state.js';
import {cursorIndex} from '../state/lists.js';
import {scoreRows, type ScoreRow} from '../state/score-rows.js';
import {scoreNames, scores, type Score, type ScoreOrder} from '../state/scores.js';
import type {Cell, Column} from '../text/columns.js';
import {imagesText, scoreLines} from '../text/heads.js';
import {useTheme} from '../theme.js';
import {inside, Panel, type PanelSize} from './Panel.js';
import {TablePanel} from './Table.js';
import {TextLines} from './TextLines.js';

/** Fits the confusion matrix of CelebA's longest names. */
const DETAILS_WIDTH = 64;
/** The table beside the details has at least this width, and above them at least this height. */
const LEAST_TABLE = {width: 70, height: 12} as const;

const HEAD = 'Head';
const counts: ReadonlySet<Score> = new Set(['TP', 'FN', 'FP', 'TN']);
const titleOf = (score: Score): string => `${score.charAt(0).toUpperCase()}${score.slice(1)}`;

function scoreCell(score: Score, {metrics}: ScoreRow): Cell {
  const value = scores[score](metrics);
  if (!Number.isFinite(value)) return {text: '-'};
  return {text: counts.has(score) ? thousands(value) : fraction(value, 3)};
}

/** The column that sorts the heads is always on the screen. */
function columnsWith(sorted: ScoreOrder): readonly Column<ScoreRow>[] {
  return [
    {title: HEAD, isName: true, minWidth: 16, cell: ({head}) => ({text: oneLine(head)})},
    ...scoreNames.map((score, index): Column<ScoreRow> => ({
      title: titleOf(score),
      align: 'right',
      priority: score === sorted ? -1 : index,
      cell: row => scoreCell(score, row),
    })),
  ];
}

/** A table measures its texts again when it gets another array. */
const columnsBy = new Map<ScoreOrder, readonly Column<ScoreRow>[]>();

function columnsFor(sorted: ScoreOrder): readonly Column<ScoreRow>[] {
  const columns = columnsBy.get(sorted) ?? columnsWith(sorted);
  columnsBy.set(sorted, columns);
  return columns;
}

type ScoresTableProps = PanelSize & {readonly run: RunMetrics};

/** The metrics of many heads, and everything about the one under the cursor where there is room. */
export function ScoresTable({run, width, height}: ScoresTableProps): ReactElement {
  const controller = useController();
  const {state} = useSnapshot();
  const {screenReader} = useTheme();
  const rows = scoreRows(run, state);
  const cursor = cursorIndex(
    state.lists.heads,
    rows.map(({head}) => head),
  );
  const row = rows[cursor];
  const isBeside = width >= LEAST_TABLE.width + DETAILS_WIDTH;
  const room = inside({width: isBeside ? DETAILS_WIDTH : width, height});
  const lines =
    row === undefined ? [] : scoreLines(row.head, row.metrics, room.width, screenReader);
  const {table, details} = layout({width, height}, isBeside, lines.length);
  return (
    <Box flexDirection={isBeside ? 'row' : 'column'}>
      <TablePanel
        title="Heads"
        note={noteOf(run, state, rows.length)}
        columns={columnsFor(state.scoreSort.column)}
        items={rows}
        keyOf={({head}) => head}
        onRow={head => selectRow(controller, 'heads', head)}
        onTitle={title => sortScoresBy(controller, orderOf(title))}
        cursor={cursor}
        empty="No head passes the filter. Esc shows all."
        {...table}
        isFocused
      />
      {row !== undefined && details !== undefined && (
        <Panel title={oneLine(row.head)} {...details}>
          <TextLines lines={lines} width={inside(details).width} />
        </Panel>
      )}
    </Box>
  );
}

/** The places of the table and of so many lines of details; without room the table is alone. */
function layout(
  {width, height}: PanelSize,
  isBeside: boolean,
  lines: number,
): {readonly table: PanelSize; readonly details: PanelSize | undefined} {
  if (lines > 0 && isBeside)
    return {
      table: {width: width - DETAILS_WIDTH, height},
      details: {width: DETAILS_WIDTH, height},
    };
  const detailsHeight = lines + 2;
  const tableHeight = height - detailsHeight;
  if (lines === 0 || tableHeight < LEAST_TABLE.height)
    return {table: {width, height}, details: undefined};
  return {table: {width, height: tableHeight}, details: {width, height: detailsHeight}};
}

/** The order, the filter, and how many images the numbers are of. */
function noteOf(run: RunMetrics, {scoreSort, lists}: InterfaceState, shown: number): string {
  const {column, descending} = scoreSort;
  const {filter} = lists.heads;
  const sorted = column === 'file order' ? '' : ` · by ${column} ${descending ? '↓' : '↑'}`;
  const total = Object.keys(run.heads).length;
  const filtered = filter === '' ? '' : ` · /${filter} (${shown} of ${total})`;
  return `${sorted}${filtered} · ${imagesText(run)}`;
}

function orderOf(title: string): ScoreOrder {
  return title === HEAD ? 'head' : (scoreNames.find(score => titleOf(score) === title) ?? 'head');
}
