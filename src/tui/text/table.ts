import {fit, widthOf} from './fit.js';
import {cutLine, span, type Line, type Role} from './line.js';

export type Column = {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Folds away when there is no room, the highest first; without it the column stays. */
  readonly fold?: number;
  /** Takes the columns that are left, and is cut when there are none. At most one column is flexible. */
  readonly flexible?: boolean;
};

export type Cell = {readonly text: string; readonly role?: Role};

export type Row = {
  readonly key: string;
  readonly cells: readonly Cell[];
};

const GAP = 2;
const MIN_FLEXIBLE = 12;

/** Widths of the columns that fit, 0 for one that folded away. */
function columnWidths(columns: readonly Column[], rows: readonly Row[], width: number): number[] {
  const natural = columns.map(({title, flexible}, index) =>
    flexible === true
      ? Math.max(MIN_FLEXIBLE, widthOf(title))
      : rows.reduce(
          (widest, {cells}) => Math.max(widest, widthOf(cells[index]?.text ?? '')),
          widthOf(title),
        ),
  );
  const folded = new Set<number>();
  const total = (): number =>
    natural.reduce(
      (sum, columnWidth, index) => (folded.has(index) ? sum : sum + columnWidth + GAP),
      -GAP,
    );
  const order = columns
    .flatMap(({fold}, index) => (fold === undefined ? [] : [{fold, index}]))
    .sort((a, b) => b.fold - a.fold);
  for (const {index} of order) {
    if (total() <= width) break;
    folded.add(index);
  }
  const spare = Math.max(0, width - total());
  return natural.map((columnWidth, index) => {
    if (folded.has(index)) return 0;
    return columns[index]?.flexible === true ? columnWidth + spare : columnWidth;
  });
}

type TableView = {
  readonly header: Line;
  readonly rows: readonly Line[];
};

/**
 * Rows in aligned columns of at most `width` columns together.
 *
 * @param visible The rows to draw; all rows decide how wide a column is.
 */
export function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number,
  visible = rows,
): TableView {
  const widths = columnWidths(columns, rows, width);
  const draw = (cells: readonly Cell[]): Line => {
    const pieces = columns.flatMap(({align}, index): Line => {
      const columnWidth = widths[index] as number;
      if (columnWidth === 0) return [];
      const {text, role} = cells[index] ?? {text: ''};
      return [span(' '.repeat(GAP)), span(fit(text, columnWidth, align), role)];
    });
    return cutLine(pieces.slice(1), width);
  };
  return {
    header: draw(columns.map(({title}) => ({text: title, role: 'faint'}))),
    rows: visible.map(({cells}) => draw(cells)),
  };
}
