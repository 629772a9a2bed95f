/** The rows (or columns) of a window that lie within the image: from the first to before the last. */
export type WindowRange = readonly [from: number, to: number];

/**
 * Where a window lies along one side of the image, without what padding adds to it.
 *
 * @param position Of the window, from 0.
 * @param before   Rows (or columns) of padding before the image.
 * @param limit    Rows (or columns) of the image.
 */
export function windowRange(
  position: number,
  {
    stride,
    size,
    before,
    limit,
  }: {
    readonly stride: number;
    readonly size: number;
    readonly before: number;
    readonly limit: number;
  },
): WindowRange {
  const from = position * stride - before;
  return [Math.max(0, from), Math.min(limit, from + size)];
}
