/** Smallest chart that can be read, with its frame. */
const MIN_WIDTH = 34;
export const MIN_HEIGHT = 8;
/** Width of the table of heads beside a chart: with all its columns, and with the first ones. */
const TABLE_WIDTHS = [66, 36] as const;

/** Columns and rows on the screen. */
type Size = {readonly width: number; readonly height: number};

/** How many charts have room for themselves, in how many columns and rows. */
export function chartGrid(
  charts: number,
  {width, height}: Size,
): {readonly columns: number; readonly rows: number} {
  const columns = Math.min(Math.max(1, Math.floor(width / MIN_WIDTH)), charts);
  const rows = Math.max(1, Math.floor(height / MIN_HEIGHT));
  return {columns, rows: Math.min(rows, Math.ceil(charts / columns))};
}

/** Parts of a length that are as equal as whole cells can be. */
export function lengths(length: number, count: number): number[] {
  const edge = (index: number): number => Math.floor((length * index) / count);
  return Array.from({length: count}, (_, index) => edge(index + 1) - edge(index));
}

/** The sizes of two panels that fill a size, beside each other or one below the other. @param first Width or height of the first. */
export function split(
  {width, height}: Size,
  isBeside: boolean,
  first: number,
): readonly [Size, Size] {
  return isBeside
    ? [
        {width: first, height},
        {width: width - first, height},
      ]
    : [
        {width, height: first},
        {width, height: height - first},
      ];
}

type TableLayout = {
  readonly isBeside: boolean;
  readonly table: Size;
  /** Undefined where there is room for the table only. */
  readonly chart: Size | undefined;
};

/** The places of a table and a chart: beside each other on a wide screen and on a low one, else one below the other. */
export function tableLayout(size: Size): TableLayout {
  const {width, height} = size;
  const [wide, narrow] = TABLE_WIDTHS;
  const isWide = width >= wide + MIN_WIDTH + 10;
  const isLow = height < 2 * MIN_HEIGHT;
  const isBeside = isWide || (isLow && width >= narrow + MIN_WIDTH);
  if (isLow && !isBeside) return {isBeside, table: size, chart: undefined};
  const tableWidth = isWide ? wide : narrow;
  const [table, chart] = split(size, isBeside, isBeside ? tableWidth : Math.ceil(height / 2));
  return {isBeside, table, chart};
}
