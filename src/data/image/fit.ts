import type {Size} from './area-filter.js';

export type {Size} from './area-filter.js';

/**
 * What happens to an image with other proportions than the network's input: it is stretched, as
 * training does, or its largest centred part of the right proportions is used.
 */
export type Fit = 'stretch' | 'crop';

/** Whether an image's proportions are not those of the target, give or take a pixel of it. */
export function hasOtherProportions([height, width]: Size, target: Size): boolean {
  return Math.abs((width / height) * target[0] - target[1]) > 1;
}

/** The largest centred part of an image that has the target's proportions, in whole pixels. */
export function centredPart(
  [height, width]: Size,
  target: Size,
): {readonly left: number; readonly top: number; readonly width: number; readonly height: number} {
  const scale = Math.min(height / target[0], width / target[1]);
  const part = [target[0] * scale, target[1] * scale].map(side => Math.max(1, Math.round(side)));
  const [partHeight, partWidth] = part as [number, number];
  return {
    left: Math.floor((width - partWidth) / 2),
    top: Math.floor((height - partHeight) / 2),
    width: partWidth,
    height: partHeight,
  };
}
