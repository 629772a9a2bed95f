import {Box} from 'ink';
import type {ReactElement} from 'react';
import {selectRow} from '../actions/navigation.js';
import {useController, useSnapshot} from '../hooks.js';
import type {ListName} from '../state/interface-state.js';
import {cursorIndex} from '../state/lists.js';
import type {Column} from '../text/columns.js';
import type {Line} from '../text/line.js';
import {ScrollPanel, type PanelSize} from './Panel.js';
import {TablePanel} from './Table.js';

/** Frame of the panel and titles of the columns. */
const TABLE_FRAME = 3;

type TableAndTextProps<T> = PanelSize & {
  readonly title: string;
  readonly list: ListName;
  readonly columns: readonly Column<T>[];
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  readonly text: {readonly title: string; readonly lines: readonly Line[]};
  /** What stands below the text where there is room for so many lines. */
  readonly rest?: {readonly least: number; readonly draw: (size: PanelSize) => ReactElement};
};

/** A table as high as its rows, and below it a text, which keeps a third of the screen. */
export function TableAndText<T extends object>(props: TableAndTextProps<T>): ReactElement {
  const {title, list, columns, items, keyOf, text, rest, width, height} = props;
  const controller = useController();
  const {columnPage, pane, scroll, lists} = useSnapshot().state;
  const wanted = text.lines.length === 0 ? 0 : text.lines.length + 2;
  const textLeast = Math.min(wanted, Math.floor(height / 3));
  const tableHeight = Math.min(height - textLeast, TABLE_FRAME + items.length);
  const below = height - tableHeight;
  const hasRest = rest !== undefined && below - wanted >= rest.least;
  const restHeight = hasRest ? below - wanted : 0;
  const isTableFocused = pane % 2 === 0;
  return (
    <Box flexDirection="column">
      <TablePanel
        {...{title, columns, items, keyOf, width}}
        cursor={cursorIndex(lists[list], items.map(keyOf))}
        page={columnPage}
        empty=""
        height={tableHeight}
        isFocused={isTableFocused}
        onRow={key => selectRow(controller, list, key)}
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
