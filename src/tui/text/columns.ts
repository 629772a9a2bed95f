import {cut, cutMiddle, widthOf} from './fit.js';
import type {Role} from './line.js';

export type Cell = {readonly text: string; readonly role?: Role};

/** A column of a table: its title, and the cell of each item. */
export type Column<T> = {
  readonly title: string;
  readonly cell: (item: T) => Cell;
  readonly align?: 'left' | 'right';
  /**
   * Which columns the first page shows where not all fit: the lowest numbers. A column without a
   * number stands on every page.
   */
  readonly priority?: number;
  /** Columns to which its texts may be cut before another column moves to a later page. */
  readonly minWidth?: number;
  /** Where its texts are cut, what they begin with in common goes first. */
  readonly isName?: true;
};

/** A column on a page: its index among all columns, and its width. */
export type PlacedColumn = {readonly index: number; readonly width: number};

/** Blanks beside each cell: one at each side. */
const CELL_PADDING = 2;

/** Widths of the cells of items: each is measured once, a filter asks again with every letter. */
const measured = new WeakMap<readonly unknown[], WeakMap<object, readonly number[]>>();

/**
 * Width of each column that shows every text whole.
 *
 * @param columns The same array while the cells of an item stay the same.
 */
export function naturalWidths<T extends object>(
  columns: readonly Column<T>[],
  items: readonly T[],
): number[] {
  const before = measured.get(columns) ?? new WeakMap<object, readonly number[]>();
  measured.set(columns, before);
  const widest = columns.map(({title}) => widthOf(title));
  for (const item of items) {
    const widths = before.get(item) ?? columns.map(({cell}) => widthOf(cell(item).text));
    before.set(item, widths);
    widths.forEach((width, index) => (widest[index] = Math.max(widest[index] ?? 0, width)));
  }
  return widest;
}

/**
 * Distributes columns over pages of at most `width` columns of the terminal, so that each column is
 * on one of them: the most important ones on the first, the others in their order.
 *
 * @param natural As `naturalWidths` gives them.
 */
export function columnPages(
  columns: readonly Pick<Column<never>, 'priority' | 'minWidth'>[],
  natural: readonly number[],
  width: number,
): PlacedColumn[][] {
  const narrowest = natural.map((full, index) => Math.min(full, columns[index]?.minWidth ?? full));
  const indexes = columns.map((_, index) => index);
  const pinned = indexes.filter(index => columns[index]?.priority === undefined);
  const free = indexes.filter(index => columns[index]?.priority !== undefined);
  const widthAt = (chosen: readonly number[]): number =>
    chosen.reduce((sum, index) => sum + (narrowest[index] ?? 0) + CELL_PADDING, 0);
  const importance = (index: number): number => columns[index]?.priority ?? 0;
  const pages: number[][] = [];
  let rest = [...free].sort((a, b) => importance(a) - importance(b));
  do {
    const page = [...pinned];
    for (const index of rest) {
      if (widthAt([...page, index]) > width && page.length > pinned.length) break;
      if (widthAt([...page, index]) > width && pages.length === 0) break;
      page.push(index);
    }
    const onPage = new Set(page);
    rest = free.filter(index => rest.includes(index) && !onPage.has(index));
    pages.push(page.sort((a, b) => a - b));
  } while (rest.length > 0);
  return pages.map(page => widened(page, natural, narrowest, width, importance));
}

/** Gives what room is left to the columns that are cut, the most important ones first. */
function widened(
  page: readonly number[],
  natural: readonly number[],
  narrowest: readonly number[],
  width: number,
  importance: (index: number) => number,
): PlacedColumn[] {
  const widths = new Map(page.map(index => [index, narrowest[index] ?? 0]));
  const used = [...widths.values()].reduce((sum, columnWidth) => sum + columnWidth, 0);
  let spare = width - used - CELL_PADDING * page.length;
  const order = [...page].sort((a, b) => importance(a) - importance(b));
  // Where even the narrowest columns do not fit, the least important one is cut.
  for (const index of spare < 0 ? order.reverse() : order) {
    const narrow = widths.get(index) ?? 0;
    const change = Math.min(spare, (natural[index] ?? 0) - narrow);
    widths.set(index, Math.max(1, narrow + change));
    spare -= change;
  }
  return page.map(index => ({index, width: widths.get(index) ?? 0}));
}

const SIGNS_AT_END = /[-._/ =,]+$/;
/** Names of runs are words with signs between them; the point of a number is part of a word. */
const WORD = /(?:[^-._/ =,]|(?<=\d)\.(?=\d))+[-._/ =,]*/gu;

/**
 * Returns how to write names where there is too little room. Names that begin with the same word
 * leave out all words that they begin with in common, as the combinations of a matrix do; where that
 * is not enough, also those that they end with.
 */
export function nameFolding(names: readonly string[]): (name: string, width: number) => string {
  const alike = new Map<string, (readonly string[])[]>();
  for (const name of new Set(names)) {
    const words = wordsOf(name);
    const first = words[0] ?? '';
    alike.set(first, alike.get(first) ?? []);
    alike.get(first)?.push(words);
  }
  const common = new Map(
    [...alike].map(([first, all]) => {
      const end = commonStart(all.map(words => words.toReversed()));
      return [first, {start: commonStart(all), end}] as const;
    }),
  );
  return (name, width) => {
    if (widthOf(name) <= width) return name;
    const words = wordsOf(name);
    const {start, end} = common.get(words[0] ?? '') ?? {start: 0, end: 0};
    if (start === 0 || start >= words.length) return cutMiddle(name, width);
    const rest = words.slice(start).join('');
    const room = width - widthOf(rest);
    if (room >= 1) return `${cut(words.slice(0, start).join(''), room)}${rest}`;
    const middle = words
      .slice(start, words.length - end)
      .join('')
      .replace(SIGNS_AT_END, '');
    const isMiddleEnough = end > 0 && middle !== '' && widthOf(`…${middle}…`) <= width;
    return isMiddleEnough ? `…${cut(rest, width - 1)}` : cutMiddle(`…${rest}`, width);
  };
}

/** How many words all begin with. */
function commonStart(names: readonly (readonly string[])[]): number {
  const [first = []] = names;
  const end = first.findIndex((word, index) => names.some(words => words[index] !== word));
  return end === -1 ? first.length : end;
}

function wordsOf(name: string): readonly string[] {
  return name.match(WORD) ?? [];
}
