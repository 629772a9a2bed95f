import {pointwiseConvolution} from './conv2d.js';
import {converted, knownClasses, type FileValue} from './file-layers.js';
import {ancestorsOf, INPUT, type FileLayer} from './keras-graph.js';
import type {Shape} from './layer-kind.js';
import {isMerge, layerWeights, outputShape, type LayerDefinition} from './layers.js';
import {isPlain, isScaling, pixelScale, type Scaling} from './scaling.js';
import {UserError} from '../../util/user-error.js';

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
export type FileBackbone = {
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

type Used = {
  readonly until: string;
  readonly used: readonly FileLayer[];
  readonly firstThatLearns: number;
  readonly scaling: Scaling | undefined;
};

/** Converts the layers of a file, one after another, to those of an experiment. */
export class FileConverter {
  readonly #network: string;
  readonly #input: string;
  readonly #values: Map<string, FileValue>;
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

  /** @param size [height, width, 3] of the images. */
  constructor(network: string, input: string, size: Shape) {
    this.#network = network;
    this.#input = input;
    this.#values = new Map([[input, {shape: size, isPixel: false}]]);
    this.#scaled.set(input, 0);
  }

  /** The last layer whose output is an image. What stands above the images may be unknown here. */
  lastImage(layers: readonly FileLayer[]): string {
    const isOther = (layer: FileLayer): boolean =>
      layer.className === INPUT && layer.name !== this.#input;
    let last = this.#input;
    for (const layer of layers) {
      const values = layer.inputs.map(name => this.#values.get(name));
      if (!values.some(value => value?.shape.length === 3)) continue;
      const needed = ancestorsOf(layers, layer.name);
      const below = layers.filter(({name}) => needed.has(name));
      if (below.some(isOther)) continue;
      for (const each of below) this.add(each);
      if (this.#values.get(layer.name)?.shape.length === 3) last = layer.name;
    }
    return last;
  }

  #real(name: string): string {
    return this.#aliases.get(name) ?? name;
  }

  /** @throws BackboneProblem where no experiment can have the layer. */
  add(layer: FileLayer): void {
    const {name, inputs, className} = layer;
    if (this.#values.has(name)) return;
    if (className === INPUT) throw this.#problem(layer, 'is another input');
    const values = inputs.map(input => this.#values.get(input));
    if (!values.every(value => value !== undefined))
      throw this.#problem(layer, 'does not follow its inputs');
    this.#assertScaled(layer);
    const [first] = values;
    if (first === undefined) throw this.#problem(layer, 'has no inputs');
    if (isScaling(layer) && this.#isImages(inputs[0])) return this.#addScaling(layer, first);
    const {definition, isPixel} = this.#converted(layer, first);
    if (definition === undefined) return this.#alias(layer, {...first, isPixel});
    this.#assertInputs(layer, definition, values);
    const sources = inputs.map((input, at) => ({
      ...(values[at] as FileValue),
      name: this.#real(input),
    }));
    // The factors of a product may come first in a file.
    if (definition.kind === 'multiply') sources.sort((a, b) => b.shape.length - a.shape.length);
    const shapes = sources.map(({shape}) => shape);
    const shape = outputShape(definition, shapes, `${this.#network}: the layer ${name}`);
    this.#values.set(name, {shape, isPixel: isPixel && shape.length === 1});
    this.#layers.set(name, {layer, definition, inputs: sources.map(source => source.name)});
  }

  #converted(layer: FileLayer, input: FileValue) {
    const result = converted(layer, input);
    if (typeof result === 'string') throw this.#problem(layer, result);
    return result;
  }

  /** Sums and the like have several inputs, all others have one. */
  #assertInputs(layer: FileLayer, definition: LayerDefinition, values: readonly FileValue[]): void {
    if (isMerge(definition) !== values.length > 1)
      throw this.#problem(
        layer,
        values.length > 1 ? `has ${values.length} inputs` : 'takes a value that no layer computes',
      );
    if (new Set(values.map(({isPixel}) => isPixel)).size > 1 && definition.kind !== 'multiply')
      throw this.#problem(layer, 'takes an image of one pixel with other values');
  }

  #isImages(name: string | undefined): boolean {
    return this.#real(name ?? '') === this.#input;
  }

  /** Lets a layer without effect stand for its input. */
  #alias({name, inputs: [input = '']}: FileLayer, value: FileValue): void {
    this.#values.set(name, value);
    this.#aliases.set(name, this.#real(input));
    const times = this.#scaled.get(input);
    if (times !== undefined) this.#scaled.set(name, times);
  }

  #addScaling(layer: FileLayer, value: FileValue): void {
    this.#alias(layer, value);
    this.#scaling.push(layer);
    this.#scaled.set(layer.name, this.#scaling.length);
  }

  /** All layers take the images as the last layer has scaled them. */
  #assertScaled(layer: FileLayer): void {
    const isTaken =
      this.#isImages(layer.inputs[0]) &&
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

  result({until, used, firstThatLearns, scaling}: Used): FileBackbone {
    const taken = scaling ?? (this.#scaling.length > 0 ? '0..255' : '0..1');
    const layers = used.flatMap((origin, place): BackboneLayer[] => {
      const ready = this.#layers.get(origin.name);
      if (ready === undefined) return [];
      const {definition, inputs, layer} = ready;
      // Statistics of few images would undo what the model has learned (Keras's guide to fine-tuning).
      const isFrozen = place < firstThatLearns || definition.kind === 'batchNormalization';
      if (!isFrozen) this.#assertAlone(layer, definition);
      return [{name: origin.name, definition, inputs, isFrozen, origin: {layer}}];
    });
    const images = scalingLayer(taken, this.#scaling, this.#input);
    const real = this.#real(until);
    const rest = {input: this.#input, last: until, scaling: taken};
    if (images === undefined) return {...rest, layers, until: real};
    const rename = (name: string): string => (name === this.#input ? images.name : name);
    return {
      ...rest,
      layers: [images, ...layers.map(layer => ({...layer, inputs: layer.inputs.map(rename)}))],
      until: rename(real),
    };
  }

  /** The calls of a layer are several layers here, whose weights would become different. */
  #assertAlone({shared, inputs}: FileLayer, definition: LayerDefinition): void {
    if (shared === undefined) return;
    const {shape = []} = this.#values.get(inputs[0] ?? '') ?? {};
    if (layerWeights(definition, shape).length === 0) return;
    throw new BackboneProblem(
      'from',
      `${this.#network}: the layer ${shared.name} is called ${shared.calls} times with the same weights, so it cannot learn here. Expected a layer above it as model.backbone.from, or frozen: true.`,
    );
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
