import {Box} from 'ink';
import {Table as InkTable, type CellProps} from 'ink-table';
import {
  createContext,
  useContext,
  useMemo,
  type PropsWithChildren,
  type ReactElement,
  type ReactNode,
} from 'react';
import {
  columnPages,
  nameFolding,
  naturalWidths,
  type Cell,
  type Column,
  type PlacedColumn,
} from '../text/columns.js';
import {cutWords, fit, widthOf} from '../text/fit.js';
import {line, type Line} from '../text/line.js';
import {titleWithWindow, windowAround} from '../text/window.js';
import {useTheme} from '../theme.js';
import {Clickable} from './Clickable.js';
import {inside, Panel, type PanelSize} from './Panel.js';
import {Styled, TextLines} from './TextLines.js';

type TablePanelProps<T extends object> = PanelSize & {
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
  /** Index of the row under the cursor, which the window follows. */
  readonly cursor: number;
  /**
   * Counts how often the person asked for the next columns; after the last page comes the first.
   * Left out where no key turns the columns.
   */
  readonly page?: number;
  readonly isFocused: boolean;
  /** Stands in place of the table when there are no rows. */
  readonly empty: string;
  /** A click on a row. */
  readonly onRow?: (key: string, isAlone: boolean) => void;
  /** A click on the title of a column. */
  readonly onTitle?: (title: string) => void;
  /** Stands below the rows: what the table has no room for. */
  readonly details?: readonly Line[];
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
        <SpokenRows columns={columns} rows={rows} />
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

/** ink-table passes to a cell only its text: in the text of ours, one character names the row. */
const FIRST_NAME = 0xe000;
const nameOf = (index: number): string => String.fromCharCode(FIRST_NAME + index);
const indexIn = (children: ReactNode): number =>
  String(children as string)
    .trim()
    .charCodeAt(0) - FIRST_NAME;

/** Texts as they are drawn, of one width in each column. */
type DrawnTable = {
  readonly titles: readonly string[];
  readonly rows: readonly {readonly cells: readonly Cell[]; readonly isCursor: boolean}[];
  readonly isFocused: boolean;
};

/** ink-table keeps the components of its first frame, so they find here what changes. */
const DrawnTableContext = createContext<DrawnTable>({titles: [], rows: [], isFocused: false});

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
  const shown = placed.flatMap(({index, width}) => {
    const column = columns[index];
    return column === undefined ? [] : [{...column, width}];
  });
  const titles = shown.map(({title, width, align}) => fit(title, width, align));
  const table: DrawnTable = {
    titles: hasMarks ? [' ', ...titles] : titles,
    rows: rows.map(({item, isCursor, isMarked}) => {
      const cells = shown.map(({cell, isName, width, align}): Cell => {
        const {text, ...role} = cell(item);
        return {...role, text: fit((isName === true ? fold : cutWords)(text, width), width, align)};
      });
      const mark: Cell = {text: isMarked ? '●' : ' ', role: 'accent'};
      return {isCursor, cells: hasMarks ? [mark, ...cells] : cells};
    }),
    isFocused,
  };
  return (
    <DrawnTableContext.Provider value={table}>
      <InkTable
        data={rows.map((_, row) =>
          Object.fromEntries(
            table.titles.map((title, column) => [
              nameOf(column),
              nameOf(row).padEnd(widthOf(title)),
            ]),
          ),
        )}
        columns={table.titles.map((_, column) => nameOf(column))}
        skeleton={Nothing}
        header={HeaderCell}
        cell={RowCell}
      />
    </DrawnTableContext.Provider>
  );
}

function HeaderCell({children}: PropsWithChildren): ReactElement {
  const {titles} = useContext(DrawnTableContext);
  return <Styled role="faint">{` ${titles[indexIn(children)] ?? ''} `}</Styled>;
}

function RowCell({children, column}: CellProps): ReactElement {
  const {rows, isFocused} = useContext(DrawnTableContext);
  const {cells = [], isCursor = false} = rows[indexIn(children)] ?? {};
  const {text, role} = cells[column] ?? {text: ''};
  if (!isCursor) return <Styled role={role}>{` ${text} `}</Styled>;
  const sign = column === 0 ? '▸' : ' ';
  return <Styled role={isFocused ? 'selected' : 'strong'}>{`${sign}${text} `}</Styled>;
}

/** In place of the rules of a table: rows need the room. */
function Nothing(): ReactElement {
  return <></>;
}

type SpokenRowsProps<T> = {
  readonly columns: readonly Column<T>[];
  readonly rows: readonly TableRow<T>[];
};

/** Each row as a sentence with all its columns, for a screen reader. */
function SpokenRows<T>({columns, rows}: SpokenRowsProps<T>): ReactElement {
  return (
    <>
      {rows.map(({key, item, isCursor, isMarked}) => {
        const cells = columns.flatMap(({title, priority, cell}) => {
          const text = cell(item).text.trim();
          if (text === '') return [];
          return priority === undefined ? text : `${title} ${text}`;
        });
        return (
          <Box key={key} aria-state={{selected: isCursor, checked: isMarked}}>
            <Styled>{cells.join(', ')}</Styled>
          </Box>
        );
      })}
    </>
  );
}
