import {Box} from 'ink';
import {useMemo, type ReactElement} from 'react';
import type {RunMetrics} from '../../compare/run-metrics.js';
import {metricText} from '../../report/text/numbers.js';
import {oneLine, thousands} from '../../util/format.js';
import {useController, useSnapshot} from '../hooks.js';
import {headCursor, orderText, scoreRows, scores, type ScoreRow} from '../state/head-rows.js';
import type {Cell, Column} from '../text/columns.js';
import {capitalized} from '../text/fit.js';
import {imagesText, scoreLines} from '../text/heads.js';
import {split} from '../text/layout.js';
import {useTheme} from '../theme.js';
import {ListTable} from './ListTable.js';
import {inside, LinesPanel, type PanelSize} from './Panel.js';

/** Fits the confusion matrix of CelebA's longest names. */
const DETAILS_WIDTH = 64;
/** The table beside the details has at least this width, and above them at least this height. */
const LEAST_TABLE = {width: 70, height: 12} as const;

const counts: ReadonlySet<string> = new Set(['TP', 'FN', 'FP', 'TN']);

function scoreCell(score: string, value: number): Cell {
  const isCount = counts.has(score) && Number.isFinite(value);
  return {text: isCount ? thousands(value) : metricText(value)};
}

/** The column that sorts the heads is always on the screen. */
function columnsWith(sorted: string): readonly Column<ScoreRow>[] {
  return [
    {title: 'Head', isName: true, minWidth: 16, cell: ({head}) => ({text: oneLine(head)})},
    ...Object.entries(scores).map(([score, valueOf], index): Column<ScoreRow> => ({
      title: capitalized(score),
      align: 'right',
      priority: score === sorted ? -1 : index,
      cell: row => scoreCell(score, valueOf(row)),
    })),
  ];
}

type ScoresTableProps = PanelSize & {readonly run: RunMetrics};

/** The metrics of many heads, and everything about the one under the cursor where there is room. */
export function ScoresTable({run, width, height}: ScoresTableProps): ReactElement {
  const controller = useController();
  const {state} = useSnapshot();
  const {screenReader} = useTheme();
  const {scoreSort, lists} = state;
  const columns = useMemo(() => columnsWith(scoreSort.column), [scoreSort.column]);
  const rows = scoreRows(run, state);
  const row = rows[headCursor(rows, state)];
  const isBeside = width >= LEAST_TABLE.width + DETAILS_WIDTH;
  const room = inside({width: isBeside ? DETAILS_WIDTH : width, height});
  const lines = row === undefined ? [] : scoreLines(row.head, row, room.width, screenReader);
  const first = isBeside ? width - DETAILS_WIDTH : height - lines.length - 2;
  const [table, details] = split({width, height}, isBeside, first);
  const hasDetails = row !== undefined && (isBeside || table.height >= LEAST_TABLE.height);
  const order = orderText(
    scoreSort,
    lists.heads.filter,
    rows.length,
    Object.keys(run.heads).length,
  );
  return (
    <Box flexDirection={isBeside ? 'row' : 'column'}>
      <ListTable
        title="Heads"
        note={`${order} · ${imagesText(run)}`}
        list="heads"
        columns={columns}
        items={rows}
        keyOf={({head}) => head}
        onTitle={title => {
          const column = Object.keys(scores).find(score => capitalized(score) === title) ?? 'head';
          // The same column again reverses the order.
          const descending = scoreSort.column === column && !scoreSort.descending;
          controller.change({scoreSort: {column, descending}});
        }}
        empty="No head passes the filter. Esc shows all."
        {...(hasDetails ? table : {width, height})}
        isFocused
      />
      {hasDetails && <LinesPanel title={oneLine(row.head)} lines={lines} {...details} />}
    </Box>
  );
}
