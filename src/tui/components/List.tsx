import {Box, Text} from 'ink';
import type {ReactElement} from 'react';
import {fit} from '../text/fit.js';
import {cutLine, line, lineWidth, plainText, type Line} from '../text/line.js';
import {tableLines, type Column, type Row} from '../text/table.js';
import {titleWithWindow, windowAround} from '../text/window.js';
import {useTheme} from '../theme.js';
import {Clickable} from './Clickable.js';
import {inside, Panel, type PanelSize} from './Panel.js';
import {Styled, TextLines} from './TextLines.js';

type ListRowProps = {
  readonly content: Line;
  readonly width: number;
  readonly isCursor: boolean;
  readonly isMarked?: boolean;
  readonly isFocused: boolean;
};

/** A row with a sign at the cursor, in inverse colours where its list has the keys. */
export function ListRow(props: ListRowProps): ReactElement {
  const {content, width, isCursor, isMarked = false, isFocused} = props;
  const {screenReader} = useTheme();
  if (screenReader) {
    const cells = content.map(({text}) => text.trim()).filter(text => text !== '');
    return (
      <Box aria-state={{selected: isCursor, checked: isMarked}}>
        <Styled>{cells.join(', ')}</Styled>
      </Box>
    );
  }
  if (!isCursor) return <TextLines lines={[[...line(' '), ...content]]} width={width} />;
  return (
    <Text wrap="truncate">
      <Styled role={isFocused ? 'selected' : 'strong'}>
        {`▸${fit(plainText(content), width - 1)}`}
      </Styled>
    </Text>
  );
}

type TablePanelProps = PanelSize & {
  readonly title: string;
  /** Follows the title and the place of the window. */
  readonly note?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  readonly marked: ReadonlySet<string>;
  /** Index of the row under the cursor. */
  readonly cursor: number;
  readonly isFocused: boolean;
  /** Stands in place of the table when there are no rows. */
  readonly empty: string;
  /** A click on a row. */
  readonly onRow?: (key: string, isAlone: boolean) => void;
};

/** A table in a panel; the visible rows follow the cursor. */
export function TablePanel(props: TablePanelProps): ReactElement {
  const {title, note = '', columns, rows, marked, cursor, isFocused, empty, width, height} = props;
  const {onRow} = props;
  const room = inside({width, height});
  const visible = windowAround(rows.length, cursor, room.height - 1);
  const shown = rows.slice(visible.from, visible.to);
  const table = tableLines(columns, rows, room.width - 1, shown);
  return (
    <Panel
      title={`${titleWithWindow(title, visible, rows.length)}${note}`}
      {...{width, height, isFocused}}
    >
      {rows.length === 0 ? (
        <TextLines lines={[line(empty)]} width={room.width} />
      ) : (
        <>
          <TextLines lines={[[...line(' '), ...table.header]]} width={room.width} aria-hidden />
          <Clickable
            onClick={({row}, isAlone) => {
              const clicked = shown[row];
              if (clicked !== undefined) onRow?.(clicked.key, isAlone);
            }}
          >
            {table.rows.map((content, index) => {
              const key = shown[index]?.key ?? '';
              return (
                <ListRow
                  key={key}
                  content={content}
                  width={room.width}
                  isCursor={visible.from + index === cursor}
                  isMarked={marked.has(key)}
                  isFocused={isFocused}
                />
              );
            })}
          </Clickable>
        </>
      )}
    </Panel>
  );
}

/** A line whose second part stands at the right end. */
export function spread(left: Line, right: Line, width: number): Line {
  const end = cutLine(right, width);
  const start = cutLine(left, width - lineWidth(end));
  return [...start, ...line(' '.repeat(width - lineWidth(start) - lineWidth(end))), ...end];
}
