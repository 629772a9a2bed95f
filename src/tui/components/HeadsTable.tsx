import type {ReactElement} from 'react';
import {metricText} from '../../report/text/numbers.js';
import type {RunState} from '../../runs/run-state.js';
import {useSnapshot} from '../hooks.js';
import {headRows, orderText, type HeadRow} from '../state/head-rows.js';
import type {Column} from '../text/columns.js';
import type {Role} from '../text/line.js';
import {ListTable} from './ListTable.js';
import type {PanelSize} from './Panel.js';

const SPARKLINE = 12;

const numbers = (
  title: string,
  priority: number,
  value: (row: HeadRow) => number,
  role: Role = 'plain',
): Column<HeadRow> => ({
  ...{title, priority, align: 'right'},
  cell: row => ({text: metricText(value(row)), role}),
});

const columns: readonly Column<HeadRow>[] = [
  {title: 'Head', isName: true, minWidth: 10, cell: ({head}) => ({text: head})},
  numbers('Train', 4, ({train}) => train),
  numbers('Current', 1, ({current}) => current),
  numbers('Best', 2, ({best}) => best, 'strong'),
  numbers('Majority', 3, ({majority}) => majority),
  {
    title: 'By epoch',
    priority: 5,
    cell: ({values}) => ({text: sparkline(values, SPARKLINE), role: 'validation'}),
  },
];

type HeadsTableProps = PanelSize & {readonly run: RunState; readonly isFocused: boolean};

/** The accuracies of many heads on the validation images, and of the epoch in progress. */
export function HeadsTable({run, ...frame}: HeadsTableProps): ReactElement {
  const {state} = useSnapshot();
  const rows = headRows(run, state);
  return (
    <ListTable
      title="Accuracy of heads"
      note={orderText(state.headSort, state.lists.heads.filter, rows.length, run.heads.length)}
      list="heads"
      columns={columns}
      items={rows}
      keyOf={({head}) => head}
      empty="No head passes the filter. Esc shows all."
      {...frame}
    />
  );
}

const BARS = '▁▂▃▄▅▆▇█';

/** Values as bars between their least and their most, in at most `width` columns: of more, every n-th. */
export function sparkline(values: readonly number[], width: number): string {
  const count = Math.min(width, values.length);
  const shown = Array.from(
    {length: count},
    (_, index) => values[Math.round(((index + 1) * values.length) / count) - 1] ?? Number.NaN,
  );
  const finite = shown.filter(Number.isFinite);
  const least = Math.min(...finite);
  const span = Math.max(...finite) - least;
  return shown
    .map(value => {
      if (!Number.isFinite(value)) return ' ';
      const level = span === 0 ? 3 : Math.round(((value - least) / span) * (BARS.length - 1));
      return BARS[level] ?? ' ';
    })
    .join('');
}
