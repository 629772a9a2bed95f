import sharp from 'sharp';
import {BadImage} from '../images/location.js';
import {areaFilter, centredPart, type Fit, hasOtherProportions, type Size} from './area-filter.js';

export type DecodedImage = {
  /** RGB, row by row: [height * width * 3], 0 to 255. */
  readonly pixels: Uint8Array;
  /** [height, width] of the image in the file, as a person sees it. */
  readonly original: Size;
};

/** The marker at the end of every whole JPEG. */
const JPEG_END = Buffer.from([0xff, 0xd9]);

/** Neither drawings (svg), which may hold any instruction, nor raw bytes. */
const PHOTOGRAPHS: ReadonlySet<string> = new Set(['jpeg', 'png', 'webp', 'gif', 'tiff', 'heif']);

/** Larger images are refused before they are inflated: 100 megapixels. */
const MAX_PIXELS = 100_000_000;
/** Larger ones are reduced while they are read, so that they are never whole in memory. */
const REDUCE_ABOVE_PIXELS = 16_000_000;
/** The area filter then still has this many pixels for a side of each target pixel. */
const KEPT = 4;

/**
 * Decodes and scales an image of any format that sharp reads: turned upright by its EXIF
 * orientation, colours made sRGB, transparency put on black, stretched (or cut, see `Fit`) to the
 * wanted size by the area filter.
 *
 * @throws BadImage where it is empty, of no known kind, or cut off.
 */
export async function decodeImage(
  bytes: Buffer,
  height: number,
  width: number,
  fit: Fit = 'stretch',
): Promise<DecodedImage> {
  if (bytes.length === 0) throw new BadImage('the file is empty');
  try {
    const image = sharp(bytes, {
      limitInputPixels: MAX_PIXELS,
      failOn: 'error',
      sequentialRead: true,
    });
    const metadata = await image.metadata();
    if (!PHOTOGRAPHS.has(metadata.format))
      throw new BadImage(`it is not a photograph: ${metadata.format}`);
    const original = uprightSize(metadata);
    const isLarge = original[0] * original[1] > REDUCE_ABOVE_PIXELS;
    const target: Size = [height, width];
    const whole = image.rotate();
    const isCut = fit === 'crop' && hasOtherProportions(original, target);
    const part = isCut ? whole.extract(centredPart(original, target)) : whole;
    const sized = isLarge ? reduced(part, original, target) : part;
    const isPlainCmyk = metadata.space === 'cmyk' && metadata.hasProfile !== true;
    const {data, info} = await (
      isPlainCmyk
        ? sized.pipelineColourspace('cmyk').toColourspace('cmyk')
        : sized.flatten({background: '#000000'}).toColourspace('srgb').removeAlpha()
    )
      .raw()
      .toBuffer({resolveWithObject: true});
    const rgb = isPlainCmyk ? cmykAsRgb(data) : asRgb(data, info.height * info.width);
    return {pixels: areaFilter(rgb, [info.height, info.width], [height, width]), original};
  } catch (error) {
    if (error instanceof BadImage) throw error;
    throw new BadImage(reason(bytes, error), {cause: error});
  }
}

/** [height, width] of an image in a file, upright; nothing is decoded. Rejects where it is none. */
export async function imageSize(bytes: Buffer): Promise<Size> {
  return uprightSize(await sharp(bytes, {limitInputPixels: MAX_PIXELS}).metadata());
}

function reduced(image: sharp.Sharp, [height, width]: Size, target: Size): sharp.Sharp {
  return image.resize(Math.min(width, target[1] * KEPT), Math.min(height, target[0] * KEPT), {
    fit: 'fill',
    kernel: 'linear',
  });
}

function uprightSize({width = 0, height = 0, orientation = 1}: sharp.Metadata): Size {
  return orientation >= 5 ? [width, height] : [height, width];
}

/**
 * Converts CMYK without a profile as TensorFlow and Pillow do: each ink absorbs its fraction of the
 * light that black leaves. A guessed printing profile would make the colours paler.
 *
 * @param inks [pixels * 4], 0 none to 255 full: cyan, magenta, yellow, black.
 */
function cmykAsRgb(inks: Buffer): Uint8Array {
  const rgb = new Uint8Array((inks.length / 4) * 3);
  for (let at = 0, to = 0; at < inks.length; at += 4) {
    const light = 255 - (inks[at + 3] as number);
    for (let ink = 0; ink < 3; ink++) {
      rgb[to++] = Math.round(((255 - (inks[at + ink] as number)) * light) / 255);
    }
  }
  return rgb;
}

/** A grey image may come out with one channel. */
function asRgb(pixels: Buffer, count: number): Uint8Array {
  if (pixels.length === count * 3) return pixels;
  if (pixels.length !== count)
    throw new BadImage(`it has ${pixels.length / count} channels; expected 1 or 3`);
  const rgb = new Uint8Array(count * 3);
  pixels.forEach((value, index) => rgb.fill(value, index * 3, index * 3 + 3));
  return rgb;
}

function reason(bytes: Buffer, error: unknown): string {
  const start = bytes.subarray(0, 200).toString('latin1').trimStart();
  if (/^<(!doctype|html)/i.test(start)) return 'it is a web page, not an image';
  if (start.startsWith('version https://git-lfs'))
    return 'it is a pointer to a file that was not fetched';
  const text = error instanceof Error ? error.message : String(error);
  const isJpeg = bytes[0] === 0xff && bytes[1] === 0xd8;
  const hasEnd = bytes.lastIndexOf(JPEG_END) !== -1;
  if ((isJpeg && !hasEnd) || /premature end|truncated|unexpected end/i.test(text))
    return 'it is cut off in the middle';
  if (/unsupported image format/i.test(text)) return 'it is not an image of a known kind';
  if (/pixel limit/i.test(text)) return 'it has more than 100 million pixels';
  return text.split('\n')[0] ?? text;
}

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

/** A PNG of an RGB image, enlarged without smoothing by a whole factor. */
export function encodePng(
  pixels: Uint8Array,
  [height, width]: Size,
  factor: number,
): Promise<Buffer> {
  return sharp(pixels, {raw: {height, width, channels: 3}})
    .resize({width: width * factor, height: height * factor, kernel: 'nearest'})
    .png()
    .toBuffer();
}

const QUALITY = 88;

/**
 * Rasterises a scene, blurs it, adds noise to every pixel and writes a JPEG.
 *
 * @param noise 0 to 1 for each step: a uniform source, called once for each pixel and colour.
 */
export async function photograph(
  svg: string,
  camera: {readonly noise: number; readonly blur: number},
  noise: () => number,
): Promise<Buffer> {
  const scene = sharp(Buffer.from(svg)).flatten({background: '#808080'});
  const {data, info} = await (camera.blur < 0.3 ? scene : scene.blur(camera.blur))
    .raw()
    .toBuffer({resolveWithObject: true});
  // The sum of two uniform numbers approximates a normal distribution, and is quick.
  const spread = camera.noise * Math.sqrt(6);
  for (let index = 0; index < data.length; index++) {
    const value = (data[index] ?? 0) + (noise() + noise() - 1) * spread;
    data[index] = value < 0 ? 0 : value > 255 ? 255 : value;
  }
  return sharp(data, {raw: {width: info.width, height: info.height, channels: info.channels}})
    .jpeg({quality: QUALITY})
    .toBuffer();
}
