import type {DataDefinition} from './schema.js';

/** CelebA's aligned pictures: [height, width] in pixels. */
export const CELEBA_SIZE = [218, 178] as const;

/** [height, width] of the pictures as they enter the network; a scale divides and rounds down. */
export function inputSize({image}: DataDefinition): readonly [number, number] {
  if ('size' in image) return image.size;
  return [Math.floor(CELEBA_SIZE[0] / image.scale), Math.floor(CELEBA_SIZE[1] / image.scale)];
}
