import sharp from 'sharp';
import type {Size} from './area-filter.js';

/** A JPEG of an RGB image; the quality goes from 1 to 100. */
export function encodeJpeg(
  pixels: Uint8Array,
  [height, width]: Size,
  quality: number,
): Promise<Buffer> {
  return sharp(pixels, {raw: {height, width, channels: 3}})
    .jpeg({quality})
    .toBuffer();
}
