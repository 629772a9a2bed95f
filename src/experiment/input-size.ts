import type {DataDefinition} from './schema.js';

/** Size of CelebA's aligned images: [height, width] in pixels. */
export const CELEBA_SIZE = [218, 178] as const;

/** `72x59 pixels (height x width: 218x178 divided by 3)` */
export function inputSizeText(data: DataDefinition): string {
  const size = inputSize(data).join('x');
  if ('size' in data.image) return `${size} pixels (height x width)`;
  return `${size} pixels (height x width: ${CELEBA_SIZE.join('x')} divided by ${data.image.scale})`;
}

/** [height, width] of a network's input; a scale divides and rounds down. */
export function inputSize({image}: DataDefinition): readonly [number, number] {
  if ('size' in image) return image.size;
  return [Math.floor(CELEBA_SIZE[0] / image.scale), Math.floor(CELEBA_SIZE[1] / image.scale)];
}
