/** The values beside a chart: their ends, and which rows have a label. */
export type ValueAxis = {
  readonly low: number;
  readonly high: number;
  /** Rows between the ends. */
  readonly rows: number;
  /** Labels by row, counted from the lower end. */
  readonly labels: ReadonlyMap<number, string>;
  /** The row of a value, as a fraction of a row exactly; at most an end of the axis. */
  readonly rowOf: (value: number) => number;
};

const STEPS = [1, 2, 2.5, 5];
/** With less room than this, each row may have its label. */
const LOW_ROOM = 8;
/** Fraction of the largest axis that is as good. */
const LARGE = 0.85;

/**
 * The axis whose labels are round numbers and on which the values take the most rows.
 *
 * @param room Rows between its ends, at most.
 */
export function linearAxis(min: number, max: number, room: number): ValueAxis {
  const span = max > min ? max - min : Math.max(Math.abs(max) / 10, 0.01);
  const least = max > min ? min : max - span;
  const power = 10 ** Math.floor(Math.log10(span / Math.max(1, room)));
  const candidates = [1, 10, 100, 1000].flatMap(factor =>
    STEPS.map(step => {
      const size = step * power * factor;
      const first = Math.floor(least / size + 1e-9);
      const parts = Math.max(1, Math.ceil(max / size - 1e-9) - first);
      const every = Math.floor(room / parts);
      return {size, first, parts, every, used: (every * parts * span) / (parts * size)};
    }),
  );
  const leastEvery = room < LOW_ROOM ? 1 : 2;
  const fitting = candidates.filter(({every}) => every >= leastEvery);
  if (fitting.length === 0) {
    const ends = [least, max].map((value, end) => [end * room, shortText(value)] as const);
    return axisOf(least, max, room, ends, value => value);
  }
  // Of the axes that are about as large, the one with the most labels.
  const most = Math.max(...fitting.map(({used}) => used));
  const {size, first, parts, every} = fitting.find(({used}) => used >= LARGE * most) ?? fitting[0]!;
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(size) + 1e-9)));
  const decimals = Number.isInteger(Math.round(size * 10 ** (digits + 1)) / 10)
    ? digits
    : digits + 1;
  const labels = Array.from(
    {length: parts + 1},
    (_, index) => [index * every, labelText((first + index) * size, decimals)] as const,
  );
  const low = first * size;
  const high = (first + parts) * size;
  return axisOf(low, high, every * parts, labels, value => value);
}

/** The axis with a logarithmic scale; @param min Above 0. */
export function logAxis(min: number, max: number, room: number): ValueAxis {
  const low = max > min ? min : min / 2;
  const high = max > min ? max : max * 2;
  const axis = axisOf(low, high, room, [], Math.log10);
  const labels = new Map<number, string>();
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of [1, 2, 5]) {
      const value = digit * 10 ** power;
      const row = Math.round(axis.rowOf(value));
      const isFree = [row - 1, row, row + 1].every(near => !labels.has(near));
      if (value >= low && value <= high && isFree)
        labels.set(row, labelText(value, Math.max(0, -power)));
    }
  }
  if (labels.size < 2) {
    labels.clear();
    labels.set(0, shortText(low)).set(room, shortText(high));
  }
  return {...axis, labels};
}

function axisOf(
  low: number,
  high: number,
  rows: number,
  labels: readonly (readonly [row: number, label: string])[],
  scale: (value: number) => number,
): ValueAxis {
  const rowOf = (value: number): number => {
    const fraction = (scale(value) - scale(low)) / (scale(high) - scale(low));
    return rows * Math.min(1, Math.max(0, fraction));
  };
  return {low, high, rows, labels: new Map(labels), rowOf};
}

function shortText(value: number): string {
  return String(Number(value.toPrecision(2)));
}

function labelText(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return text.length <= 6 ? text : value.toExponential(0);
}
