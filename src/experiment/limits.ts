/**
 * With `data.onBadImage: skip`, a run that would lose more of its training or validation images than
 * this is refused. One image may always be lost: of fewer than ten it is more than the fraction.
 */
export const MOST_LOST_FRACTION = 0.1;

/** Whether so many lost images of one part of a split are too many. */
export function areTooManyLost(lost: number, drawn: number): boolean {
  return lost > Math.max(1, drawn * MOST_LOST_FRACTION);
}
