/**
 * With `data.onBadImage: skip`, a run may lose this fraction of its training or validation images, and
 * always one image.
 */
export const MOST_LOST_FRACTION = 0.1;

/** Whether a part of a split loses too many images. */
export function areTooManyLost(lost: number, drawn: number): boolean {
  return lost > Math.max(1, drawn * MOST_LOST_FRACTION);
}

/** A head with more classes is more likely a name or a number than a class. */
export const MOST_CLASSES = 100;
