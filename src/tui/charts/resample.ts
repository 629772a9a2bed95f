/** A value of a curve at a place on the axis below. */
export type Point = {readonly at: number; readonly value: number};

/**
 * Fits a curve to the columns of a chart: fewer points than columns are joined by straight lines; of more
 * points the first, the last and the extremes between them stay.
 *
 * @param points  In the order of their places; values that are not finite are bridged.
 * @param window  Places of the first and the last column.
 * @param columns Number of columns, 2 or more.
 * @returns       The column of the first value, and a value for each column from there on.
 */
export function resample(
  points: readonly Point[],
  [from, to]: readonly [number, number],
  columns: number,
): {readonly start: number; readonly values: readonly number[]} {
  const finite = points.filter(({value}) => Number.isFinite(value));
  const [first] = finite;
  const last = finite.at(-1);
  const step = (to - from) / (columns - 1);
  if (first === undefined || last === undefined || last.at < from || first.at > to)
    return {start: 0, values: []};
  const columnOf = (at: number): number => Math.round((at - from) / step);
  const start = Math.max(0, columnOf(first.at));
  const end = Math.min(columns - 1, columnOf(last.at));
  const values = Array.from({length: end - start + 1}, (_, index) => {
    const at = from + (start + index) * step;
    if (at <= first.at) return first.value;
    if (at >= last.at) return last.value;
    return inColumn(finite, at, step);
  });
  return {start, values};
}

/** Returns the point of a column that is farthest from the middle of its ends; without one, the line. */
function inColumn(points: readonly Point[], at: number, step: number): number {
  const inside = points.filter(point => Math.abs(point.at - at) <= step / 2);
  if (inside.length < 2) return valueAt(points, at);
  const middle = (valueAt(points, at - step / 2) + valueAt(points, at + step / 2)) / 2;
  return inside.reduce((best, point) =>
    Math.abs(point.value - middle) > Math.abs(best.value - middle) ? point : best,
  ).value;
}

/** The value on the straight line between the two points around a place; NaN beyond the ends. */
export function valueAt(points: readonly Point[], at: number): number {
  const after = points.find(point => point.at >= at);
  const before = points.findLast(point => point.at <= at);
  if (after === undefined || before === undefined) return Number.NaN;
  if (after.at === before.at) return after.value;
  const fraction = (at - before.at) / (after.at - before.at);
  return before.value + fraction * (after.value - before.value);
}

/**
 * Smooths by an exponential moving average, corrected for its start as in Adam (Kingma and Ba, 2015).
 *
 * @param weight Weight of the average before each point, from 0 (no smoothing) up to 1, not including.
 */
export function smoothed(points: readonly Point[], weight: number): readonly Point[] {
  if (weight === 0) return points;
  let average = 0;
  let total = 0;
  return points.map(point => {
    if (!Number.isFinite(point.value)) return point;
    average = weight * average + (1 - weight) * point.value;
    total = weight * total + (1 - weight);
    return {...point, value: average / total};
  });
}
