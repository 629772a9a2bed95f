import {Box} from 'ink';
import type {ReactElement} from 'react';
import {selectRow} from '../actions/navigation.js';
import {useController, useSnapshot} from '../hooks.js';
import type {ListName} from '../state/interface-state.js';
import {cursorIndex} from '../state/lists.js';
import type {Line} from '../text/line.js';
import {ScrollPanel, type PanelSize} from './Panel.js';
import {TablePanel, type TableProps} from './Table.js';

type ListTableProps<T extends object> = TableProps<T> & {readonly list: ListName};

/** A table of a list of the interface: it has the list's cursor, and a click moves it. */
export function ListTable<T extends object>({list, ...table}: ListTableProps<T>): ReactElement {
  const controller = useController();
  const {lists} = useSnapshot().state;
  return (
    <TablePanel
      {...table}
      cursor={cursorIndex(lists[list], table.items.map(table.keyOf))}
      onRow={key => selectRow(controller, list, key)}
    />
  );
}

/** Frame of the panel and titles of the columns. */
const TABLE_FRAME = 3;

type TableAndTextProps<T extends object> = PanelSize &
  Pick<ListTableProps<T>, 'title' | 'list' | 'columns' | 'items' | 'keyOf'> & {
    readonly text: {readonly title: string; readonly lines: readonly Line[]};
    /** What stands below the text where there is room for so many lines. */
    readonly rest?: {readonly least: number; readonly draw: (size: PanelSize) => ReactElement};
  };

/** A table as high as its rows, and below it a text, which keeps a third of the screen. */
export function TableAndText<T extends object>(props: TableAndTextProps<T>): ReactElement {
  const {text, rest, width, height, ...table} = props;
  const {columnPage, pane, scroll} = useSnapshot().state;
  const wanted = text.lines.length === 0 ? 0 : text.lines.length + 2;
  const textLeast = Math.min(wanted, Math.floor(height / 3));
  const tableHeight = Math.min(height - textLeast, TABLE_FRAME + table.items.length);
  const below = height - tableHeight;
  const hasRest = rest !== undefined && below - wanted >= rest.least;
  const restHeight = hasRest ? below - wanted : 0;
  const isTableFocused = pane % 2 === 0;
  return (
    <Box flexDirection="column">
      <ListTable
        {...table}
        page={columnPage}
        empty=""
        width={width}
        height={tableHeight}
        isFocused={isTableFocused}
      />
      {wanted > 0 && (
        <ScrollPanel
          {...text}
          scroll={isTableFocused ? 0 : scroll}
          width={width}
          height={below - restHeight}
          isFocused={!isTableFocused}
        />
      )}
      {hasRest && rest.draw({width, height: restHeight})}
    </Box>
  );
}
