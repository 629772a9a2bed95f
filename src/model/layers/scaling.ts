import * as z from 'zod';
import type {FileLayer} from './keras-graph.js';

/** For each colour of the images. */
type Colours = readonly [red: number, green: number, blue: number];

/** What becomes of an image's bytes: each colour times a factor, plus an offset. */
type PixelScale = {
  readonly factors: Colours;
  readonly offsets: Colours;
  /** Whether blue comes first, as Caffe has it. */
  readonly isBgr?: boolean;
};

const PIXEL_MAX = 255;

function all(value: number): Colours {
  return [value, value, value];
}

/** Means and deviations of ImageNet, of values from 0 to 1 (torchvision), and means of bytes (Caffe: blue first). */
const IMAGENET = {means: [0.485, 0.456, 0.406], deviations: [0.229, 0.224, 0.225]} as const;
const CAFFE_MEANS = [103.939, 116.779, 123.68] as const;

const scales = {
  '0..1': {factors: all(1 / PIXEL_MAX), offsets: all(0)},
  '-1..1': {factors: all(2 / PIXEL_MAX), offsets: all(-1)},
  '0..255': {factors: all(1), offsets: all(0)},
  torch: {
    factors: eachColour(at => 1 / PIXEL_MAX / IMAGENET.deviations[at]),
    offsets: eachColour(at => -IMAGENET.means[at] / IMAGENET.deviations[at]),
  },
  caffe: {factors: all(1), offsets: eachColour(at => -CAFFE_MEANS[at]), isBgr: true},
} as const satisfies Record<string, PixelScale>;

export const Scaling = z.enum(Object.keys(scales) as (keyof typeof scales)[]);
export type Scaling = z.infer<typeof Scaling>;

function eachColour(value: (colour: 0 | 1 | 2) => number): Colours {
  return [value(0), value(1), value(2)];
}

/** @param scaling What a model's input takes; undefined where its own layers scale bytes, or it takes 0 to 1. */
export function pixelScale(scaling: Scaling): PixelScale {
  return scales[scaling];
}

/** `from 0 to 1`, or whose means are subtracted. */
export function scalingText(scaling: Scaling): string {
  return scaling.includes('..')
    ? `from ${scaling.replace('..', ' to ')}`
    : `as ${scaling} has them, less the means of ImageNet`;
}

/** Whether a layer scales the colours, which is known before training. */
export function isScaling({className}: FileLayer): boolean {
  return className === 'Rescaling' || className === 'Normalization';
}

/** Puts a Rescaling or Normalization layer behind a scaling. @returns A text that says why it cannot be. */
export function scaledBy(
  {className, config}: FileLayer,
  {factors, offsets, ...rest}: PixelScale,
): PixelScale | string {
  const layer = className === 'Rescaling' ? rescaling(config) : normalization(config);
  if (layer === undefined) return 'has no numbers for three colours';
  return {
    ...rest,
    factors: eachColour(at => factors[at] * layer.factors[at]),
    offsets: eachColour(at => offsets[at] * layer.factors[at] + layer.offsets[at]),
  };
}

type Config = FileLayer['config'];

function rescaling({scale, offset}: Config): PixelScale | undefined {
  const [factors, offsets] = [coloursIn(scale), coloursIn(offset ?? 0)];
  return factors && offsets && {factors, offsets};
}

/** (x - mean) / sqrt(variance), as Keras computes it, with at least its epsilon below. */
function normalization({mean, variance, invert}: Config): PixelScale | undefined {
  const [means, variances] = [coloursIn(mean), coloursIn(variance)];
  if (means === undefined || variances === undefined || invert === true) return undefined;
  const factors = eachColour(at => 1 / Math.max(Math.sqrt(variances[at]), 1e-7));
  return {factors, offsets: eachColour(at => -means[at] * factors[at])};
}

/** One number for all colours, or three, within any lists. */
function coloursIn(value: unknown): Colours | undefined {
  const numbers = [value].flat(9);
  if (!numbers.every(number => typeof number === 'number')) return undefined;
  const [first, second, third] = numbers;
  if (numbers.length === 1) return all(first as number);
  return numbers.length === 3 ? [first as number, second as number, third as number] : undefined;
}

/** Whether values of 0 to 1, which networks get here, need no change. */
export function isPlain({factors, offsets, isBgr}: PixelScale): boolean {
  return (
    isBgr !== true &&
    offsets.every(offset => offset === 0) &&
    factors.every(factor => Math.abs(factor * PIXEL_MAX - 1) < 1e-9)
  );
}

/** Kernel [1, 1, 3, 3] and bias [3] of a convolution that scales values of 0 to 1. */
export function scalingWeights({factors, offsets, isBgr}: PixelScale): readonly Float32Array[] {
  const kernel = new Float32Array(9);
  for (let colour = 0; colour < 3; colour++) {
    const source = isBgr === true ? 2 - colour : colour;
    kernel[source * 3 + colour] = (factors[colour] as number) * PIXEL_MAX;
  }
  return [kernel, Float32Array.from(offsets)];
}
