/** In place of 0 or 1 where the label of an image is not known: it counts in no loss and no metric. */
export const MISSING = 255;

/** Whether some labels are not known. */
export function hasMissing(labels: Uint8Array): boolean {
  return labels.includes(MISSING);
}

/** How many labels of each column are known. @param labels Row by row, `width` in each. */
export function countKnown(labels: Uint8Array, width: number): number[] {
  const counts = new Array<number>(width).fill(width === 0 ? 0 : labels.length / width);
  if (hasMissing(labels))
    labels.forEach((label, at) => {
      if (label === MISSING) counts[at % width]! -= 1;
    });
  return counts;
}

/**
 * How many rows have each label, for each of some columns, in one pass: `counts[column][label]`, where a
 * label may be MISSING.
 *
 * @param labels Row by row, `width` in each.
 */
export function countLabels(
  labels: Uint8Array,
  width: number,
  columns: readonly number[],
  rows: Iterable<number>,
): readonly Uint32Array[] {
  const counts = columns.map(() => new Uint32Array(MISSING + 1));
  for (const row of rows)
    for (let at = 0; at < columns.length; at++)
      counts[at]![labels[row * width + columns[at]!]!]! += 1;
  return counts;
}
