import {nearest} from '../../util/nearest.js';
import {UserError} from '../../util/user-error.js';
import {BackboneProblem, FileConverter, type FileBackbone} from './file-converter.js';
import {readKerasFile} from './keras-file.js';
import {ancestorsOf, fileGraph, INPUT, inputShapeOf, type FileLayer} from './keras-graph.js';
import type {Shape} from './layer-kind.js';
import type {Scaling} from './scaling.js';

type FileOptions = {
  readonly network: string;
  readonly until?: string | undefined;
  readonly from?: string | undefined;
  readonly frozen?: boolean | undefined;
  readonly scaling?: Scaling | undefined;
};

type Options = Pick<FileOptions, 'network' | 'until'>;

/** [height, width] that the images of a model have; undefined where it takes any. @throws UserError */
export function sizeInFile(options: Options): readonly [number, number] | undefined {
  const [height, width] = inputShapeOf(imagesOf(options, layersIn(options.network).layers)) ?? [];
  return typeof height === 'number' && typeof width === 'number' ? [height, width] : undefined;
}

function layersIn(network: string): {
  readonly layers: readonly FileLayer[];
  readonly sha256: string;
} {
  const {model, sha256} = readKerasFile(network);
  try {
    return {layers: fileGraph(model), sha256};
  } catch (error) {
    throw new UserError(`${network}: the model cannot be used: ${(error as Error).message}.`, {
      hint: 'Save a model that is Sequential, or made of layers from its inputs to its outputs.',
      cause: error,
    });
  }
}

/**
 * Converts the layers of a model below the layers of an experiment.
 *
 * @param size [height, width, 3] of the images.
 * @throws BackboneProblem for a layer that is not known here, an unknown name, and another size of images.
 */
export function fileBackbone(
  options: FileOptions,
  size: Shape,
): FileBackbone & {readonly sha256: string} {
  const {network, from, frozen, scaling} = options;
  const {layers: all, sha256} = layersIn(network);
  assertName(options, 'until', all);
  assertName(options, 'from', all);
  const images = imagesOf(options, all);
  assertSize(network, inputShapeOf(images), size);
  const converter = new FileConverter(network, images.name, size);
  const until = options.until ?? converter.lastImage(all);
  const needed = ancestorsOf(all, until);
  const used = all.filter(({name}) => needed.has(name));
  for (const layer of used) converter.add(layer);
  if (from !== undefined && !used.some(({name}) => name === from))
    throw new BackboneProblem(
      'from',
      `The layer ${from} of ${network} is not below ${until}, the last one that is used. Expected a layer below it.`,
    );
  const firstThatLearns =
    from === undefined
      ? frozen === false
        ? 0
        : used.length
      : used.findIndex(({name}) => name === from);
  return {...converter.result({until, used, firstThatLearns, scaling}), sha256};
}

/** The input that takes the images: the only one, or the only one of images, that the used layers have. */
function imagesOf({network, until}: Options, layers: readonly FileLayer[]): FileLayer {
  const inputs = layers.filter(({className}) => className === INPUT);
  const needed = ancestorsOf(layers, until ?? '');
  const used = until === undefined ? inputs : inputs.filter(({name}) => needed.has(name));
  const candidates = used.length === 1 ? used : used.filter(isOfImages);
  const [images, ...more] = candidates;
  if (images !== undefined && more.length === 0) return images;
  throw new BackboneProblem(
    'network',
    `${network}: the model has ${used.length} inputs, of which ${candidates.length} take images: ${used.map(({name}) => name).join(', ')}. Expected one that takes images.`,
    {hint: 'Name a layer that only one of them leads to as model.backbone.until.'},
  );
}

function isOfImages(layer: FileLayer): boolean {
  const shape = inputShapeOf(layer);
  return shape === undefined || (shape.length === 3 && (shape[2] ?? 3) === 3);
}

function assertSize(
  network: string,
  inputShape: ReturnType<typeof inputShapeOf>,
  size: Shape,
): void {
  if (inputShape === undefined) return;
  const text = (shape: readonly (number | null)[]): string =>
    shape.map(side => side ?? 'any').join('x');
  if (inputShape.length !== 3 || (inputShape[2] ?? 3) !== 3)
    throw new BackboneProblem(
      'network',
      `${network}: the model takes values of the shape ${text(inputShape)}. Expected a model of images with three colours: [height, width, 3].`,
    );
  if (inputShape.every((side, axis) => (side ?? size[axis]) === size[axis])) return;
  const wanted = inputShape.map((side, axis) => side ?? size[axis] ?? 0).slice(0, 2);
  throw new BackboneProblem(
    'network',
    `${network} takes images of ${text(inputShape.slice(0, 2))}; those of the experiment are ${text(size.slice(0, 2))}. Expected data.image: {size: [${wanted.join(', ')}]}, or no data.image.`,
  );
}

function assertName(
  options: FileOptions,
  key: 'until' | 'from',
  layers: readonly FileLayer[],
): void {
  const name = options[key];
  const names = layers.map(layer => layer.name);
  if (name === undefined || names.includes(name)) return;
  const few = names.length > 12 ? [...names.slice(0, 3), '…', ...names.slice(-6)] : names;
  throw new BackboneProblem(
    key,
    `${options.network} has no layer ${name}. Expected one of ${few.join(', ')}.`,
    {suggestion: nearest(name, names)},
  );
}
