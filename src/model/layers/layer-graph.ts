import {nearest} from '../../util/nearest.js';
import {UserError} from '../../util/user-error.js';
import {
  entryKey,
  layerDefinition,
  type BranchEntry,
  type LayerEntry,
  type LayerLists,
  type SqueezeExcitationOptions,
} from './entries.js';
import {fileBackbone} from './backbone-file.js';
import {FACE_RECOGNITION, faceStages, type Backbone} from './backbone.js';
import {pointwiseConvolution} from './conv2d.js';
import {BackboneProblem, type Origin} from './file-converter.js';
import type {Shape} from './layer-kind.js';
import {layerKinds, outputShape, type LayerDefinition} from './layers.js';
import type {NameCounter} from './layer-names.js';

/** A layer of a network. The layers of a network are a graph: each names its inputs, which come before it. */
export type LayerNode = {
  /** Unique in its network, as Keras names layers. */
  readonly name: string;
  readonly definition: LayerDefinition;
  /** Names of the layers, or of the network's input, whose outputs it takes: several where branches meet. */
  readonly inputs: readonly string[];
  /** Without the batch. */
  readonly outputShape: Shape;
  /** Whether it is of a backbone whose weights do not learn. */
  readonly isFrozen?: boolean;
  /** Where its weights come from: a backbone's file. */
  readonly origin?: Origin;
};

/** A place in an experiment, such as ['model', 'layers', 2, 'conv2d']. */
export type LayerPath = readonly (string | number)[];

/** The output of a layer, or the images. */
type Source = {readonly name: string; readonly shape: Shape};

/** A layer of a file that does not fit. */
export class LayerProblem extends UserError {
  constructor(
    message: string,
    readonly path: LayerPath,
    {
      hint,
      cause,
      suggestion,
    }: {hint?: string | undefined; cause?: unknown; suggestion?: string | undefined} = {},
    readonly definition?: LayerDefinition,
  ) {
    super(message, {hint, cause});
    this.suggestion = suggestion;
  }

  readonly suggestion: string | undefined;
}

type GraphOptions = {
  readonly input: Source;
  readonly names: NameCounter;
  /** Begins the messages: names a layer by its place in the file and its name in the network. */
  readonly where: (path: LayerPath, name: string) => string;
  /** How many copies there are of the layers above the shared ones; default: 1. */
  readonly branches?: number;
};

type LayerGraph = {
  /** Each after its inputs. */
  readonly nodes: readonly LayerNode[];
  /** The inputs of the heads: what each branch ends with. */
  readonly tops: readonly Source[];
};

/** The most layers of a network, with all repetitions. */
const MOST_LAYERS = 1000;

/**
 * Writes the layers of an experiment out as a graph: blocks and their repetitions, branches and where they
 * meet, on top of the backbone; and branches of the whole network, each with its own layers.
 *
 * @throws LayerProblem for a layer that does not fit its input, and for an unknown block.
 */
export function layerGraph(
  model: LayerLists & {
    readonly backbone?: Backbone | undefined;
    /** Number of layers that all branches share; default: all. */
    readonly branchAfter?: number | undefined;
  },
  options: GraphOptions,
): LayerGraph {
  const writer = new GraphWriter(model, options);
  const {backbone, layers, branchAfter = layers.length} = model;
  const below = backbone === undefined ? options.input : writer.backbone(backbone);
  const path = ['model', 'layers'];
  const shared = writer.list(layers.slice(0, branchAfter), below, path, []);
  const tops = Array.from({length: options.branches ?? 1}, () =>
    writer.list(layers.slice(branchAfter), shared, path, [], branchAfter),
  );
  return {nodes: writer.nodes, tops};
}

/** Names a layer as Keras does: `MaxPooling2D` becomes `max_pooling2d`. */
function kerasName(className: string): string {
  return className.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
}

const dense = {useBias: true, initializer: 'glorotUniform'} as const;

class GraphWriter {
  readonly nodes: LayerNode[] = [];
  readonly #model: LayerLists;
  readonly #options: GraphOptions;

  constructor(model: LayerLists, options: GraphOptions) {
    this.#model = model;
    this.#options = options;
  }

  /** @throws LayerProblem where it does not fit the images, or is not what its keys say. */
  backbone(backbone: Backbone): Source {
    const path = ['model', 'backbone'];
    try {
      return backbone.network === FACE_RECOGNITION
        ? this.#faceRecognition(backbone, path)
        : this.#backboneFile(backbone, path);
    } catch (error) {
      if (!(error instanceof UserError) || error instanceof LayerProblem) throw error;
      const {message, hint} = error;
      const {key, suggestion} =
        error instanceof BackboneProblem ? error : {key: 'network', suggestion: undefined};
      throw new LayerProblem(message, [...path, key], {hint, suggestion, cause: error});
    }
  }

  #faceRecognition(backbone: Backbone, path: LayerPath): Source {
    const {input} = this.#options;
    let source = input;
    for (const {entries, isFrozen} of faceStages(backbone)) {
      const first = this.nodes.length;
      try {
        source = this.list(entries, source, path, []);
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        const size = input.shape.slice(0, 2).join('x');
        throw new LayerProblem(
          `The backbone ${backbone.network} does not fit images of ${size}. Expected 150x150, the size that it was made for, or 182x150, which has the proportions of CelebA: data.image: {size: [150, 150]}.`,
          path,
          {cause: error},
        );
      }
      if (isFrozen)
        this.nodes.splice(
          first,
          this.nodes.length,
          ...this.nodes.slice(first).map(node => ({...node, isFrozen})),
        );
    }
    return source;
  }

  /** The names of its layers begin with `backbone`, so that they differ from those above. */
  #backboneFile(backbone: Backbone, path: LayerPath): Source {
    const {input} = this.#options;
    const {layers, until, input: images, sha256} = fileBackbone(backbone, input.shape);
    if (backbone.sha256 !== undefined && backbone.sha256 !== sha256)
      throw new UserError(
        `${backbone.network} is another file than the one with model.backbone.sha256. Expected that file, or no sha256.`,
      );
    const sources = new Map([[images, input]]);
    for (const {name, definition, inputs, isFrozen, origin} of layers) {
      const taken = inputs.map(layer => sources.get(layer) as Source);
      const plain = name.replaceAll(/[^\w.-]/g, '_');
      sources.set(name, this.#add(definition, taken, path, `backbone_${plain}`));
      const node = this.nodes.at(-1) as LayerNode;
      this.nodes.splice(-1, 1, {...node, ...(isFrozen && {isFrozen}), origin});
    }
    return sources.get(until) as Source;
  }

  /**
   * @param open  Blocks that this list is within.
   * @param first Place of the first entry in the file's list.
   */
  list(
    entries: readonly (LayerEntry | BranchEntry)[],
    from: Source,
    path: LayerPath,
    open: readonly string[],
    first = 0,
  ): Source {
    return entries.reduce<Source>(
      (source, entry, index) => this.#entry(entry, source, [...path, first + index], open),
      from,
    );
  }

  #entry(entry: LayerEntry, from: Source, path: LayerPath, open: readonly string[]): Source {
    const definition = layerDefinition(entry);
    const at = [...path, entryKey(entry)];
    if (definition !== undefined) return this.#add(definition, [from], at);
    if (entry.squeezeExcitation !== undefined)
      return this.#squeeze(entry.squeezeExcitation, from, at);
    if (entry.residual !== undefined) {
      const {layers, shortcut} = entry.residual;
      const result = this.list(layers, from, [...at, 'layers'], open);
      const around =
        shortcut === undefined
          ? this.#projection(from, result, at)
          : this.list(shortcut, from, [...at, 'shortcut'], open);
      return this.#add({kind: 'add', options: {}}, [result, around], at);
    }
    if (entry.add !== undefined) {
      const results = entry.add.map((branch, index) =>
        this.list(branch, from, [...at, index], open),
      );
      return this.#add({kind: 'add', options: {}}, results, at);
    }
    return this.#block(entry, from, at, open);
  }

  #block(
    {block: name = '', repeat = 1}: LayerEntry,
    from: Source,
    path: LayerPath,
    open: readonly string[],
  ): Source {
    const blocks = this.#model.blocks ?? {};
    const layers = Object.hasOwn(blocks, name) ? blocks[name] : undefined;
    if (layers === undefined) {
      const names = Object.keys(blocks);
      const expected =
        names.length === 0 ? 'a block of model.blocks' : `one of ${names.join(', ')}`;
      throw new LayerProblem(`There is no block ${name}. Expected ${expected}.`, path, {
        suggestion: nearest(name, names),
      });
    }
    if (open.includes(name))
      throw new LayerProblem(
        `The block ${name} contains itself, by ${[...open, name].join(' > ')}. Expected blocks that end.`,
        path,
      );
    let source = from;
    for (let count = 0; count < repeat; count++)
      source = this.list(layers, source, ['model', 'blocks', name], [...open, name]);
    return source;
  }

  /** Squeeze and excitation (Hu et al. 2018), with the layers that Keras's examples write it with. */
  #squeeze({ratio, activation}: SqueezeExcitationOptions, from: Source, path: LayerPath): Source {
    const channels = from.shape.at(-1) ?? 0;
    const units = Math.max(1, Math.floor(channels / ratio));
    const layers: readonly LayerDefinition[] = [
      {kind: 'globalAveragePooling2d', options: {}},
      {kind: 'dense', options: {units, activation, ...dense}},
      {kind: 'dense', options: {units: channels, activation: 'sigmoid', ...dense}},
    ];
    const factors = layers.reduce((source, layer) => this.#add(layer, [source], path), from);
    return this.#add({kind: 'multiply', options: {}}, [from, factors], path);
  }

  /** The way around: the input itself, or a 1x1 convolution that gives it the shape of the result. */
  #projection(from: Source, result: Source, path: LayerPath): Source {
    const [height = 1, width = 1] = from.shape;
    const [rows, columns, filters] = result.shape;
    if (String(from.shape) === String(result.shape)) return from;
    if (rows === undefined || columns === undefined || filters === undefined) return from;
    const stride = [Math.ceil(height / rows), Math.ceil(width / columns)] as [number, number];
    const options = pointwiseConvolution(filters, {stride, useBias: true});
    return this.#add({kind: 'conv2d', options}, [from], path);
  }

  #add(
    definition: LayerDefinition,
    sources: readonly Source[],
    path: LayerPath,
    wanted = kerasName(layerKinds[definition.kind].className),
  ): Source {
    if (this.nodes.length === MOST_LAYERS)
      throw new LayerProblem(
        `With all repetitions there are more than ${MOST_LAYERS} layers. Expected fewer.`,
        path,
      );
    const name = this.#options.names.next(wanted);
    const where = this.#options.where(path, name);
    const shapes = sources.map(({shape}) => shape);
    let shape: Shape;
    try {
      shape = outputShape(definition, shapes, where);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const {message, hint} = error;
      throw new LayerProblem(message, path, {hint, cause: error}, definition);
    }
    const inputs = sources.map(source => source.name);
    this.nodes.push({name, definition, inputs, outputShape: shape});
    return {name, shape};
  }
}
