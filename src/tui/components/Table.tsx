import {Text} from 'ink';
import {Table as InkTable} from 'ink-table';
import {useMemo, type PropsWithChildren, type ReactElement} from 'react';
import {
  columnPages,
  nameFolding,
  naturalWidths,
  type Cell,
  type Column,
  type PlacedColumn,
} from '../text/columns.js';
import {cutWords, fit} from '../text/fit.js';
import {line, type Line} from '../text/line.js';
import {titleWithWindow, windowAround} from '../text/window.js';
import {useTheme} from '../theme.js';
import {Clickable} from './Clickable.js';
import {SpokenRow} from './List.js';
import {inside, Panel, type PanelSize} from './Panel.js';
import {TextLines} from './TextLines.js';

export type TableProps<T extends object> = PanelSize & {
  readonly title: string;
  /** Follows the title and the place of the window. */
  readonly note?: string;
  /** The same array while nothing changes: measuring the texts takes longer than drawing a window. */
  readonly columns: readonly Column<T>[];
  /** All rows, in their order; the same array while nothing changes. */
  readonly items: readonly T[];
  readonly keyOf: (item: T) => string;
  /** Keys of the marked rows; without it the table has no marks. */
  readonly marked?: ReadonlySet<string>;
  /**
   * Counts how often the person asked for the next columns; after the last page comes the first.
   * Left out where no key turns the columns.
   */
  readonly page?: number;
  readonly isFocused: boolean;
  /** Stands in place of the table when there are no rows. */
  readonly empty: string;
  /** A click on the title of a column. */
  readonly onTitle?: (title: string) => void;
  /** Stands below the rows: what the table has no room for. */
  readonly details?: readonly Line[];
};

type TablePanelProps<T extends object> = TableProps<T> & {
  /** Index of the row under the cursor, which the window follows. */
  readonly cursor: number;
  /** A click on a row. */
  readonly onRow?: (key: string, isAlone: boolean) => void;
};

/** A table in a panel. Its title says which rows are visible, and how many columns are not. */
export function TablePanel<T extends object>(props: TablePanelProps<T>): ReactElement {
  const {title, note = '', columns, items, keyOf, marked, cursor, page, isFocused, ...rest} = props;
  const {empty, onRow, onTitle, details = [], width, height} = rest;
  const theme = useTheme();
  const room = inside({width, height});
  const natural = useMemo(() => naturalWidths(columns, items), [columns, items]);
  const fold = useMemo(
    () =>
      nameFolding(
        columns.flatMap(({isName, cell}) =>
          isName === true ? items.map(item => cell(item).text) : [],
        ),
      ),
    [columns, items],
  );
  const markWidth = marked === undefined ? 0 : MARK_WIDTH;
  const pages = columnPages(columns, natural, room.width - markWidth);
  const placed = pageAt(pages, page);
  const visible = windowAround(items.length, cursor, room.height - 1 - details.length);
  const hidden = items.length === 0 ? 0 : columns.length - placed.length;
  const more = theme.screenReader ? '' : hiddenText(hidden, page !== undefined, theme.ascii);
  const rows = items.slice(visible.from, visible.to).map((item, index) => ({
    item,
    key: keyOf(item),
    isCursor: visible.from + index === cursor,
    isMarked: marked?.has(keyOf(item)) === true,
  }));
  return (
    <Panel
      title={`${titleWithWindow(title, visible, items.length)}${note}${more}`}
      {...{width, height, isFocused}}
    >
      {items.length === 0 ? (
        <TextLines lines={[line(empty)]} width={room.width} />
      ) : theme.screenReader ? (
        rows.map(({key, item, ...row}) => (
          <SpokenRow key={key} cells={spokenCells(columns, item)} {...row} />
        ))
      ) : (
        <Clickable
          onClick={({row, column}, isAlone) => {
            const title = row === 0 ? titleAt(column - markWidth, placed, columns) : undefined;
            if (title !== undefined) onTitle?.(title);
            // The titles stand on the first line.
            const clicked = rows[row - 1];
            if (clicked !== undefined) onRow?.(clicked.key, isAlone);
          }}
        >
          <DrawnRows
            {...{columns, placed, fold, rows, isFocused}}
            hasMarks={marked !== undefined}
          />
        </Clickable>
      )}
      {details.length > 0 && <TextLines lines={details} width={room.width} />}
    </Panel>
  );
}

/** The title at a place of the line of titles; each has a blank on both sides. */
function titleAt<T>(
  at: number,
  placed: readonly PlacedColumn[],
  columns: readonly Column<T>[],
): string | undefined {
  let end = 0;
  const clicked = placed.find(({width}) => at < (end += width + 2));
  return at < 0 || clicked === undefined ? undefined : columns[clicked.index]?.title;
}

/** After the last page comes the first, and before the first the last. */
function pageAt(pages: readonly (readonly PlacedColumn[])[], page = 0): readonly PlacedColumn[] {
  return pages[((page % pages.length) + pages.length) % pages.length] ?? [];
}

/** ` · 3 more columns: ← →`, with the arrows where they turn the columns. */
function hiddenText(hidden: number, isTurned: boolean, ascii: boolean): string {
  if (hidden === 0) return '';
  const arrows = isTurned ? (ascii ? ': Left Right' : ': ← →') : '';
  return ` · ${hidden} more ${hidden === 1 ? 'column' : 'columns'}${arrows}`;
}

type TableRow<T> = {
  readonly key: string;
  readonly item: T;
  readonly isCursor: boolean;
  readonly isMarked: boolean;
};

/** Column of the marks, with its blanks. */
const MARK_WIDTH = 3;

type DrawnRowsProps<T> = {
  readonly columns: readonly Column<T>[];
  readonly placed: readonly PlacedColumn[];
  readonly fold: (name: string, width: number) => string;
  readonly rows: readonly TableRow<T>[];
  readonly hasMarks: boolean;
  readonly isFocused: boolean;
};

/** The rows without rules between them, the one under the cursor in inverse colours. */
function DrawnRows<T>(props: DrawnRowsProps<T>): ReactElement {
  const {columns, placed, fold, rows, hasMarks, isFocused} = props;
  const {paint} = useTheme();
  const shown = placed.flatMap(({index, width}) => {
    const column = columns[index];
    return column === undefined ? [] : [{...column, width}];
  });
  const titles = shown.map(({title, width, align}) => fit(title, width, align));
  const keys = [...(hasMarks ? [' '] : []), ...titles].map(
    (title, column) => `${paint('faint', ` ${title} `)}${END}${column}`,
  );
  const data = rows.map(({item, isCursor, isMarked}) => {
    const mark: Cell = {text: isMarked ? '●' : ' ', role: 'accent'};
    const cells = shown.map(({cell, isName, width, align}): Cell => {
      const {text, ...role} = cell(item);
      return {...role, text: fit((isName === true ? fold : cutWords)(text, width), width, align)};
    });
    const painted = [...(hasMarks ? [mark] : []), ...cells].map(
      ({text, role = 'plain'}, column) => {
        if (!isCursor) return paint(role, ` ${text} `);
        return paint(isFocused ? 'selected' : 'strong', `${column === 0 ? '▸' : ' '}${text} `);
      },
    );
    return Object.fromEntries(keys.map((key, column) => [key, `${painted[column] ?? ''}${END}`]));
  });
  return (
    <InkTable
      data={data}
      columns={keys}
      skeleton={Nothing}
      header={PaintedCell}
      cell={PaintedCell}
    />
  );
}

/** Ends a text that is painted and padded already: a character that no painted text has. */
const END = '\u0000';

/** A cell without the blanks that ink-table puts around it: it counts colours as columns. */
function PaintedCell({children}: PropsWithChildren): ReactElement {
  const text = String(children as string);
  return <Text>{text.slice(1, text.indexOf(END))}</Text>;
}

/** In place of the rules of a table: rows need the room. */
function Nothing(): ReactElement {
  return <></>;
}

/** All cells of a row for a screen reader; those that a drawn table may leave out have their title. */
function spokenCells<T>(columns: readonly Column<T>[], item: T): readonly string[] {
  return columns.flatMap(({title, priority, cell}) => {
    const text = cell(item).text.trim();
    if (text === '') return [];
    return priority === undefined ? text : `${title} ${text}`;
  });
}
