import {nearest} from '../../util/nearest.js';
import {UserError} from '../../util/user-error.js';
import {pointwiseConvolution} from './conv2d.js';
import {readKerasFile} from './keras-file.js';
import {ancestorsOf, fileGraph, INPUT, type FileGraph, type FileLayer} from './keras-graph.js';
import type {Shape} from './layer-kind.js';
import {definitionOf, isWithoutEffect, knownClasses} from './file-layers.js';
import {isMerge, outputShape, type LayerDefinition} from './layers.js';
import {isPlain, isScaling, pixelScale, type Scaling} from './scaling.js';

/** Where a layer of a backbone comes from: a layer of its file, or what scales the images. */
export type Origin =
  {readonly layer: FileLayer} | {readonly scaling: Scaling; readonly layers: readonly FileLayer[]};

/** A layer of a backbone, as a network here has it. */
type BackboneLayer = {
  /** The name in the file, which the others use. */
  readonly name: string;
  readonly definition: LayerDefinition;
  readonly inputs: readonly string[];
  readonly isFrozen: boolean;
  readonly origin: Origin;
};

/** The part of a model that an experiment uses. */
type FileBackbone = {
  /** Each after its inputs. */
  readonly layers: readonly BackboneLayer[];
  /** What the layers call the images. */
  readonly input: string;
  /** The layer whose output is used. */
  readonly until: string;
  /** What the file calls it. */
  readonly last: string;
  /** The values that the model takes. */
  readonly scaling: Scaling;
  readonly sha256: string;
};

type FileOptions = {
  readonly network: string;
  readonly until?: string | undefined;
  readonly from?: string | undefined;
  readonly frozen: boolean;
  readonly scaling?: Scaling | undefined;
};

/** A key of `model.backbone` that does not fit its file. */
export class BackboneProblem extends UserError {
  constructor(
    readonly key: 'network' | 'until' | 'from' | 'scaling',
    message: string,
    {hint, suggestion}: {hint?: string; suggestion?: string | undefined} = {},
  ) {
    super(message, {hint});
    this.suggestion = suggestion;
  }

  readonly suggestion: string | undefined;
}

/** [height, width] that the images of a model have; undefined where it takes any. @throws UserError */
export function sizeInFile(network: string): readonly [number, number] | undefined {
  const [height, width] = graphIn(network).inputShape ?? [];
  return typeof height === 'number' && typeof width === 'number' ? [height, width] : undefined;
}

function graphIn(network: string): FileGraph & {readonly sha256: string} {
  const {model, sha256} = readKerasFile(network);
  try {
    return {...fileGraph(model), sha256};
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
export function fileBackbone(options: FileOptions, size: Shape): FileBackbone {
  const {network} = options;
  const {layers: all, inputShape, sha256} = graphIn(network);
  const inputs = all.filter(({className}) => className === INPUT);
  const [input] = inputs;
  if (input === undefined || inputs.length > 1)
    throw new BackboneProblem(
      'network',
      `${network}: the model has ${inputs.length} inputs. Expected one, of images.`,
    );
  assertSize(network, inputShape, size);
  assertName(options, 'until', all);
  assertName(options, 'from', all);
  const converted = new Converter(network, input.name, size);
  const until = options.until ?? converted.lastImage(all);
  const needed = ancestorsOf(all, until);
  const used = all.filter(({name}) => needed.has(name));
  for (const layer of used) converted.add(layer);
  const {from, frozen} = options;
  if (from !== undefined && !used.some(({name}) => name === from))
    throw new BackboneProblem(
      'from',
      `The layer ${from} of ${network} is not below ${until}, the last one that is used. Expected a layer below it.`,
    );
  const firstThatLearns =
    from === undefined ? (frozen ? used.length : 0) : used.findIndex(({name}) => name === from);
  return converted.result({until, used, firstThatLearns, scaling: options.scaling, sha256});
}

function assertSize(network: string, inputShape: FileGraph['inputShape'], size: Shape): void {
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

class Converter {
  readonly #network: string;
  readonly #input: string;
  readonly #shapes: Map<string, Shape>;
  readonly #layers = new Map<
    string,
    {layer: FileLayer; definition: LayerDefinition; inputs: readonly string[]}
  >();
  /** Layers that scale the images, in order; the images are the last of their names. */
  readonly #scaling: FileLayer[] = [];
  /** Names that stand for others. */
  readonly #aliases = new Map<string, string>();
  /** By how many layers the images are scaled, by the names that stand for them. */
  readonly #scaled = new Map<string, number>();

  constructor(network: string, input: string, size: Shape) {
    this.#network = network;
    this.#input = input;
    this.#shapes = new Map([[input, size]]);
    this.#scaled.set(input, 0);
  }

  /** The last layer whose output is an image. Layers that no image comes of need not be known. */
  lastImage(layers: readonly FileLayer[]): string {
    let last = this.#input;
    for (const layer of layers) {
      const shapes = layer.inputs.map(name => this.#shapes.get(this.#real(name)));
      if (!shapes.some(shape => shape?.length === 3)) continue;
      const needed = ancestorsOf(layers, layer.name);
      for (const below of layers) if (needed.has(below.name)) this.add(below);
      if (this.#shapes.get(this.#real(layer.name))?.length === 3) last = layer.name;
    }
    return last;
  }

  #real(name: string): string {
    return this.#aliases.get(name) ?? name;
  }

  #shapesOf(layer: FileLayer): readonly Shape[] {
    return layer.inputs.map(name => this.#shapes.get(this.#real(name)) as Shape);
  }

  /** @throws BackboneProblem where no experiment can have the layer. */
  add(layer: FileLayer): void {
    const {name, inputs} = layer;
    if (this.#shapes.has(this.#real(name))) return;
    const sources = inputs.map(input => this.#real(input));
    if (!sources.every(source => this.#shapes.has(source)))
      throw this.#problem(layer, 'does not follow its inputs');
    if (layer.calls !== undefined) throw this.#problem(layer, `is called ${layer.calls} times`);
    this.#assertScaled(layer);
    if (isWithoutEffect(layer) || isScaling(layer)) return this.#alias(layer, sources[0] as string);
    const definition = definitionOf(layer, this.#shapesOf(layer)[0] ?? []);
    if (typeof definition === 'string') throw this.#problem(layer, definition);
    if (sources.length === 0 || (sources.length > 1 && !isMerge(definition)))
      throw this.#problem(layer, `has ${sources.length} inputs`);
    const where = `${this.#network}: the layer ${name}`;
    this.#shapes.set(name, outputShape(definition, this.#shapesOf(layer), where));
    this.#layers.set(name, {layer, definition, inputs: sources});
  }

  /** Lets a layer stand for its input: one without effect, or one that scales the images. */
  #alias(layer: FileLayer, source: string): void {
    const {name, className, inputs} = layer;
    if (isScaling(layer)) {
      if (source !== this.#input)
        throw this.#problem(
          layer,
          `is of the class ${className}, which is known on the images only`,
        );
      this.#scaling.push(layer);
    }
    this.#aliases.set(name, source);
    const times = this.#scaled.get(inputs[0] ?? '');
    if (times !== undefined) this.#scaled.set(name, isScaling(layer) ? times + 1 : times);
  }

  /** All layers take the images as the last layer has scaled them. */
  #assertScaled(layer: FileLayer): void {
    const isTaken =
      this.#real(layer.inputs[0] ?? '') === this.#input &&
      [...this.#layers.values()].some(({inputs}) => inputs.includes(this.#input));
    const times = layer.inputs.map(input => this.#scaled.get(input) ?? this.#scaling.length);
    if (times.some(count => count !== this.#scaling.length) || (isScaling(layer) && isTaken))
      throw this.#problem(layer, 'takes the images without a scaling that other layers have');
  }

  #problem({name}: FileLayer, reason: string): BackboneProblem {
    return new BackboneProblem(
      'network',
      `${this.#network}: the layer ${name} ${reason}. Expected ${knownClasses()}.`,
      {hint: 'Name a layer below it as model.backbone.until.'},
    );
  }

  result({
    until,
    used,
    firstThatLearns,
    scaling,
    sha256,
  }: {
    readonly until: string;
    readonly used: readonly FileLayer[];
    readonly firstThatLearns: number;
    readonly scaling: Scaling | undefined;
    readonly sha256: string;
  }): FileBackbone {
    const taken = scaling ?? (this.#scaling.length > 0 ? '0..255' : '0..1');
    const layers = used.flatMap((origin, place): BackboneLayer[] => {
      const ready = this.#layers.get(origin.name);
      if (ready === undefined) return [];
      // Statistics of few images would undo what the model has learned (Keras's guide to fine-tuning).
      const isFrozen = place < firstThatLearns || ready.definition.kind === 'batchNormalization';
      return [{...ready, name: origin.name, isFrozen, origin: {layer: ready.layer}}];
    });
    const images = scalingLayer(taken, this.#scaling, this.#input);
    const real = this.#real(until);
    if (images === undefined)
      return {layers, input: this.#input, until: real, last: until, scaling: taken, sha256};
    const rename = (name: string): string => (name === this.#input ? images.name : name);
    return {
      layers: [images, ...layers.map(layer => ({...layer, inputs: layer.inputs.map(rename)}))],
      input: this.#input,
      until: rename(real),
      last: until,
      scaling: taken,
      sha256,
    };
  }
}

/** A convolution of single pixels that scales the images; undefined where nothing is to be done. */
function scalingLayer(
  scaling: Scaling,
  layers: readonly FileLayer[],
  input: string,
): BackboneLayer | undefined {
  if (layers.length === 0 && isPlain(pixelScale(scaling))) return undefined;
  const options = pointwiseConvolution(3, {useBias: true});
  return {
    name: 'scaling',
    definition: {kind: 'conv2d', options},
    inputs: [input],
    isFrozen: true,
    origin: {scaling, layers},
  };
}
