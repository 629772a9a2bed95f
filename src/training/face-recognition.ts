import {existsSync, readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import type {LayersModel} from '@tensorflow/tfjs';
import * as z from 'zod';
import {faceStages, type Backbone} from '../model/layers/backbone.js';
import {decodeTensors, StoredTensor} from '../model/layers/stored-tensors.js';
import type {NamedTensor} from '../tensorflow/network.js';
import {tensorNamed} from '../tensorflow/network.js';
import type {TensorFlow} from '../tensorflow/types.js';
import {messageOf, UserError} from '../util/user-error.js';

const PACKAGE = '@vladmandic/face-api';
const FILES = path.join('model', 'face_recognition_model');

export const FACE_RECOGNITION_NOTE = `The backbone face-recognition (${PACKAGE}, MIT) has learned to tell people apart on millions of photographs that are not published; it may have seen people of this data set.`;

const Manifest = z.tuple([z.object({weights: z.array(StoredTensor)})]);

/**
 * Puts the weights of face-recognition into the first layers of a model.
 *
 * @param folder The package with its weights.
 * @throws UserError where that is not installed, or is something else.
 */
export function loadFaceRecognition(
  tf: TensorFlow,
  model: LayersModel,
  backbone: Backbone,
  folder = packageFolder(),
): void {
  const tensors = readTensors(folder);
  convolutionsOf(faceStages(backbone).length).forEach((convolution, index) => {
    const layer = model.getLayer(index === 0 ? 'conv2d' : `conv2d_${index}`);
    const weights = convolution === undefined ? undefined : foldedWeights(tensors, convolution);
    tf.tidy(() => {
      const [kernel] = layer.weights;
      layer.setWeights(
        weights === undefined
          ? [tf.tensor(identityKernel(kernel?.shape ?? []), (kernel?.shape ?? []).map(Number))]
          : weights.map(({values, shape}) => tf.tensor(values, [...shape])),
      );
    });
  });
}

/** The blocks of each stage behind its first ones. */
const BLOCKS = [
  ['conv32', 3],
  ['conv64', 3],
  ['conv128', 2],
  ['conv256', 2],
] as const;

/**
 * The convolutions in the order in which the layers of `faceStages` have them; undefined for the
 * 1x1 convolution of a way around.
 */
function convolutionsOf(count: number): readonly (string | undefined)[] {
  const both = (block: string): string[] => [`${block}/conv1`, `${block}/conv2`];
  return BLOCKS.slice(0, count).flatMap(([stage, blocks], at) => [
    ...(at === 0 ? ['conv32_down'] : [...both(`${stage}_down`), undefined]),
    ...Array.from({length: blocks}, (_, index) => both(`${stage}_${index + 1}`)).flat(),
  ]);
}

/** Mean of each colour that the network expects to be subtracted, 0 to 255. */
const MEANS = [122.782, 117.001, 104.298];
const PIXEL_MAX = 255;

/**
 * Kernel and bias of a convolution, with the factor and shift behind it: s (k x + b) + t = (s k) x + (s b + t).
 * The first one takes values of 0 to 1, so the means of the colours are in its bias; all its windows lie
 * within the image.
 */
function foldedWeights(tensors: readonly NamedTensor[], name: string): NamedTensor[] {
  const [kernel, bias, factors, shifts] = [
    'conv/filters',
    'conv/bias',
    'scale/weights',
    'scale/biases',
  ].map(part => tensorNamed(tensors, `${name}/${part}`)) as [
    NamedTensor,
    NamedTensor,
    NamedTensor,
    NamedTensor,
  ];
  const [, , channels = 1, filters = 1] = kernel.shape;
  const isFirst = channels === MEANS.length;
  const offsets = new Float64Array(filters);
  const values = kernel.values.map((value, at) => {
    const filter = at % filters;
    const channel = Math.floor(at / filters) % channels;
    if (isFirst) offsets[filter]! += (value * (MEANS[channel] as number)) / PIXEL_MAX;
    return value * (factors.values[filter] as number);
  });
  const biases = bias.values.map(
    (value, filter) =>
      (value - (offsets[filter] as number)) * (factors.values[filter] as number) +
      (shifts.values[filter] as number),
  );
  return [
    {...kernel, values},
    {...bias, values: biases},
  ];
}

/** Copies the channels that there are; new filters get zeros. @param shape [1, 1, channels, filters] */
function identityKernel([, , channels, filters]: readonly (number | null)[]): Float32Array {
  const width = Number(filters);
  const values = new Float32Array(Number(channels) * width);
  for (let channel = 0; channel < Number(channels); channel++)
    values[channel * width + channel] = 1;
  return values;
}

/**
 * The folder of the package that has the weights of backbones.
 *
 * @throws UserError with exit code 3 where it is not installed.
 */
export function packageFolder(): string {
  const places = createRequire(import.meta.url).resolve.paths(PACKAGE) ?? [];
  const folder = places.map(place => path.join(place, PACKAGE)).find(existsSync);
  if (folder !== undefined) return folder;
  throw new UserError(
    `model.backbone: the weights of face-recognition are in the package ${PACKAGE}, which is not installed.`,
    {hint: `Install it beside celeba-tui: npm install ${PACKAGE}`, exitCode: 3},
  );
}

/** @throws UserError where the files are not those of the network. */
function readTensors(folder: string): readonly NamedTensor[] {
  const file = path.join(folder, `${FILES}.bin`);
  try {
    const text = readFileSync(path.join(folder, `${FILES}-weights_manifest.json`), 'utf8');
    const [{weights}] = Manifest.parse(JSON.parse(text));
    return decodeTensors(weights, readFileSync(file));
  } catch (error) {
    throw new UserError(`${file}: this is not the network of ${PACKAGE} 1.7: ${messageOf(error)}`, {
      hint: `Install it again: npm install ${PACKAGE}@1.7.15`,
      exitCode: 3,
      cause: error,
    });
  }
}
