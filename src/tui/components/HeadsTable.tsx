import type {ReactElement} from 'react';
import {fraction} from '../../util/format.js';
import {selectRow} from '../actions/navigation.js';
import {useController, useSnapshot} from '../hooks.js';
import {headCursor, type HeadRow} from '../state/head-rows.js';
import type {Cell, Column} from '../text/columns.js';
import {sparkline} from '../text/sparkline.js';
import type {PanelSize} from './Panel.js';
import {TablePanel} from './Table.js';

const accuracy = (value: number): Cell => ({
  text: Number.isFinite(value) ? fraction(value, 3) : '-',
});
const SPARKLINE = 12;

const columns: readonly Column<HeadRow>[] = [
  {title: 'Head', isName: true, minWidth: 10, cell: ({head}) => ({text: head})},
  {title: 'Train', align: 'right', priority: 4, cell: ({train}) => accuracy(train)},
  {title: 'Current', align: 'right', priority: 1, cell: ({current}) => accuracy(current)},
  {title: 'Best', align: 'right', priority: 2, cell: ({best}) => bestCell(best)},
  {title: 'Majority', align: 'right', priority: 3, cell: ({majority}) => accuracy(majority)},
  {
    title: 'By epoch',
    priority: 5,
    cell: ({values}) => ({text: sparkline(values, SPARKLINE), role: 'validation'}),
  },
];

function bestCell(best: number): Cell {
  return {...accuracy(best), role: 'strong'};
}

type HeadsTableProps = PanelSize & {
  readonly rows: readonly HeadRow[];
  /** Number of heads without the filter. */
  readonly total: number;
  readonly isFocused: boolean;
};

/** The accuracies of many heads on the validation images, and of the epoch in progress. */
export function HeadsTable({rows, total, ...frame}: HeadsTableProps): ReactElement {
  const controller = useController();
  const {state} = useSnapshot();
  const {column, descending} = state.headSort;
  const {filter} = state.lists.heads;
  const sorted = column === 'file order' ? '' : ` · by ${column} ${descending ? '↓' : '↑'}`;
  const filtered = filter === '' ? '' : ` · /${filter} (${rows.length} of ${total})`;
  return (
    <TablePanel
      title="Accuracy of heads"
      note={`${sorted}${filtered}`}
      columns={columns}
      items={rows}
      keyOf={({head}) => head}
      onRow={head => selectRow(controller, 'heads', head)}
      cursor={headCursor(rows, state)}
      empty="No head passes the filter. Esc shows all."
      {...frame}
    />
  );
}
