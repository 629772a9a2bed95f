/**
 * Fits a curve to the width of a chart: fewer points than columns are joined by straight lines; of more
 * points the first, the last and the extremes between them stay.
 *
 * @param values One for each epoch, the first at the left end; values that are not finite are bridged.
 * @param columns Columns that these values take, 1 or more.
 */
export function resample(values: readonly number[], columns: number): number[] {
  const points = values.flatMap((value, at) => (Number.isFinite(value) ? [{at, value}] : []));
  const [first] = points;
  if (first === undefined || columns < 1) return [];
  const last = values.length - 1;
  if (last <= 0 || columns === 1) return [points.at(-1)?.value ?? first.value];
  return values.length <= columns
    ? Array.from({length: columns}, (_, column) => between(points, (column * last) / (columns - 1)))
    : Array.from({length: columns}, (_, column) => {
        if (column === 0) return first.value;
        if (column === columns - 1) return points.at(-1)?.value ?? first.value;
        const from = ((column - 0.5) * last) / (columns - 1);
        const to = ((column + 0.5) * last) / (columns - 1);
        return extreme(points, from, to);
      });
}

type Point = {readonly at: number; readonly value: number};

/** The value on the straight line between the two points around a place; beyond the ends, the last point. */
function between(points: readonly Point[], at: number): number {
  const after = points.find(point => point.at >= at);
  const before = points.findLast(point => point.at <= at);
  if (after === undefined || before === undefined) return (after ?? before)?.value ?? Number.NaN;
  if (after.at === before.at) return after.value;
  const fraction = (at - before.at) / (after.at - before.at);
  return before.value + fraction * (after.value - before.value);
}

/** Returns the point of a column that is farthest from the middle of its ends. */
function extreme(points: readonly Point[], from: number, to: number): number {
  const inside = points.filter(({at}) => at >= from && at <= to);
  if (inside.length === 0) return between(points, (from + to) / 2);
  const middle = (between(points, from) + between(points, to)) / 2;
  return inside.reduce((best, point) =>
    Math.abs(point.value - middle) > Math.abs(best.value - middle) ? point : best,
  ).value;
}
