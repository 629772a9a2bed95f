/** A table as text cells; who prints it decides how, and makes the cells safe for it. */
export type TableData = {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Columns whose cells line up on the right. */
  readonly right: readonly number[];
};

/** Rows as columns: for few runs with many numbers. */
export function transposed({header, rows}: TableData): TableData {
  const [corner = '', ...titles] = header;
  return {
    header: [corner, ...rows.map(([name = '']) => name)],
    rows: titles.map((title, index) => [title, ...rows.map(row => row[index + 1] ?? '')]),
    right: rows.map((_, index) => index + 1),
  };
}
