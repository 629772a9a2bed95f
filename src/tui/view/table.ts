import {fit, widthOf} from '../text/fit.js';
import {cutLine, fitLine, plainText, span, type Line, type Role} from '../text/line.js';

export type Column = {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** Folds away when there is no room, the highest first; without it the column stays. */
  readonly fold?: number;
  /** Takes what is left, and is cut when nothing is. One column at most. */
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
      : Math.max(widthOf(title), ...rows.map(({cells}) => widthOf(cells[index]?.text ?? ''))),
  );
  const folded = new Set<number>();
  const total = (): number =>
    natural.reduce((sum, own, index) => (folded.has(index) ? sum : sum + own + GAP), -GAP);
  const order = columns
    .flatMap(({fold}, index) => (fold === undefined ? [] : [{fold, index}]))
    .sort((a, b) => b.fold - a.fold);
  for (const {index} of order) {
    if (total() <= width) break;
    folded.add(index);
  }
  const spare = Math.max(0, width - total());
  return natural.map((own, index) => {
    if (folded.has(index)) return 0;
    return columns[index]?.flexible === true ? own + spare : own;
  });
}

type TableView = {
  readonly header: Line;
  readonly rows: readonly Line[];
};

/** Rows in aligned columns; every line is exactly `width` columns wide. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number,
): TableView {
  const widths = columnWidths(columns, rows, width);
  const draw = (cells: readonly Cell[]): Line => {
    const pieces: Line = columns.flatMap(({align}, index) => {
      const own = widths[index] as number;
      if (own === 0) return [];
      const {text, role} = cells[index] ?? {text: ''};
      return [span(fit(text, own, align), role), span(' '.repeat(GAP))];
    });
    return fitLine(cutLine(pieces, width), width);
  };
  return {
    header: draw(columns.map(({title}) => ({text: title, role: 'faint'}))),
    rows: rows.map(({cells}) => draw(cells)),
  };
}

/**
 * A line of a list with one column before it: a sign at the cursor, and inverse colours where the
 * pane has the keys.
 */
export function listLine(content: Line, isCursor: boolean, focused: boolean): Line {
  if (!isCursor) return [span(' '), ...content];
  const text = `▸${plainText(content)}`;
  return [span(text, focused ? 'selected' : 'strong')];
}
