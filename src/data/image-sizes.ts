import {CELEBA_SIZE} from '../experiment/input-size.js';
import type {DataDefinition} from '../experiment/schema.js';
import type {Size} from './image/area-filter.js';
import {hasOtherProportions} from './image/fit.js';

const text = ([height, width]: Size): string => `${height}x${width}`;

/**
 * What happens to images that are not of CelebA's size, or are smaller than the network's input;
 * nothing where there is nothing to say. Sizes are height x width in pixels.
 *
 * @param original The size that most images have.
 * @param input    The size that they enter the network in.
 */
export function sizeWarnings(
  {image}: Pick<DataDefinition, 'image'>,
  original: Size,
  input: Size,
): string[] {
  const changes = [
    ...(original[0] < input[0] || original[1] < input[1] ? ['enlarged'] : []),
    ...(hasOtherProportions(original, input) ? ['stretched'] : []),
  ];
  const isScaledOther =
    'scale' in image && (original[0] !== CELEBA_SIZE[0] || original[1] !== CELEBA_SIZE[1]);
  if (changes.length === 0 && !isScaledOther) return [];
  const how = changes.length === 0 ? 'scaled' : changes.join(' and ');
  const why =
    'scale' in image
      ? ` data.image.scale ${image.scale} counts from ${text(CELEBA_SIZE)}, CelebA's size, whatever the images have: name data.image.size: [height, width] instead.`
      : '';
  return [`The images are ${text(original)} and are ${how} to ${text(input)}.${why}`];
}
