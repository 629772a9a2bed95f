import {CELEBA_SIZE} from '../experiment/input-size.js';
import type {DataDefinition} from '../experiment/schema.js';
import type {Catalogue} from './catalogue.js';
import {hasOtherProportions, type Size} from './image/area-filter.js';
import {sum} from '../util/sum.js';

const text = ([height, width]: Size): string => `${height}x${width}`;

/**
 * Warnings about images that do not have CelebA's size, or are smaller than the network's input.
 * Sizes are height x width in pixels.
 *
 * @param original The size that most images have.
 * @param input    The network's input size.
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

/** The size that most of some sampled images have. */
export type CommonSize = {
  /** In pixels, after the EXIF orientation is applied. */
  readonly height: number;
  readonly width: number;
  /** How many of the sampled images have it. */
  readonly images: number;
  /** How many were sampled and have a size. */
  readonly lookedAt: number;
};

/** Sampled images: few enough to be read in a moment. */
const MOST_LOOKED_AT = 48;

/**
 * Reads the size of some images, evenly spread over the positions.
 *
 * @param positions Positions in the catalogue.
 */
export async function commonSize(
  catalogue: Pick<Catalogue, 'readImage'>,
  positions: readonly number[],
): Promise<CommonSize | undefined> {
  const count = Math.min(MOST_LOOKED_AT, positions.length);
  const counts = new Map<string, {size: Size; images: number}>();
  const {imageSize} = await import('./image/sharp-images.js');
  for (let at = 0; at < count; at++) {
    const position = positions[Math.floor((at * positions.length) / count)] as number;
    // An unreadable image is reported when the images are decoded.
    const size = await catalogue
      .readImage(position)
      .then(imageSize)
      .catch(() => undefined);
    if (size === undefined) continue;
    const images = (counts.get(text(size))?.images ?? 0) + 1;
    counts.set(text(size), {size, images});
  }
  const sizes = [...counts.values()].sort((a, b) => b.images - a.images);
  const [most] = sizes;
  if (most === undefined) return undefined;
  const [height, width] = most.size;
  return {
    height,
    width,
    images: most.images,
    lookedAt: sum(sizes.map(({images}) => images)),
  };
}

/** `218x178`, with how many have another size. */
export function commonSizeText({height, width, images, lookedAt}: CommonSize): string {
  const otherSizes =
    images === lookedAt ? '' : `; ${lookedAt - images} of ${lookedAt} have other sizes`;
  return `${height}x${width} (height x width${otherSizes})`;
}
