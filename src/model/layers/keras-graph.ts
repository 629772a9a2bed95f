import * as z from 'zod';

/** A layer as a model's file describes it. */
export type FileLayer = {
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers whose outputs it takes; empty for the input. */
  readonly inputs: readonly string[];
  /** How often the model calls it, if not once: its weights are shared. */
  readonly calls?: number;
  /** Whether Keras 3 has written it. */
  readonly isKeras3: boolean;
};

export type FileGraph = {
  readonly layers: readonly FileLayer[];
  /** Shape of the input without the batch: null where a side may have any length. */
  readonly inputShape: readonly (number | null)[] | undefined;
};

const Layer = z.looseObject({
  /** Only Keras 3 has it. */
  module: z.unknown().optional(),
  class_name: z.string(),
  config: z.record(z.string(), z.unknown()),
  name: z.string().optional(),
  inbound_nodes: z.array(z.unknown()).optional(),
});
type Layer = z.infer<typeof Layer>;

const Config = z.object({
  layers: z.array(Layer).min(1),
  output_layers: z.unknown().optional(),
});

/** Keras 2 has a Sequential model's layers without a name around them. */
const Model = z.object({
  class_name: z.string(),
  config: z.union([
    Config,
    z
      .array(Layer)
      .min(1)
      .transform(layers => ({layers, output_layers: undefined})),
  ]),
});

/**
 * Lists the layers of a model, those of models within it in their place.
 *
 * @param model As Keras 2, Keras 3 or tfjs describe it.
 * @throws Error where it is no sequential or functional model.
 */
export function fileGraph(model: unknown): FileGraph {
  const parsed = Model.safeParse(model);
  if (!parsed.success) throw new Error('it is no sequential or functional model');
  const {layers} = expanded(parsed.data, undefined);
  const names = layers.map(({name}) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw new Error(`two of its layers are called ${twice}`);
  return {layers, inputShape: inputShapeOf(parsed.data.config.layers)};
}

function inputShapeOf(layers: readonly Layer[]): FileGraph['inputShape'] {
  const {config} = layers[0] as Layer;
  const shape = config['batch_input_shape'] ?? config['batch_shape'];
  return Array.isArray(shape) ? (shape.slice(1) as (number | null)[]) : undefined;
}

/** The class of what stands for a model's images. */
export const INPUT = 'InputLayer';

type Expanded = {readonly layers: readonly FileLayer[]; readonly output: string};

/** @param input What a model within another one takes in place of its input. */
function expanded({config}: z.infer<typeof Model>, input: string | undefined): Expanded {
  const isSequential = config.layers.every(layer => layer.inbound_nodes === undefined);
  const out: FileLayer[] = [];
  /** Names that stand for others: of the inputs of models within, and of these models. */
  const aliases = new Map<string, string>();
  const resolved = (name: string): string => aliases.get(name) ?? name;
  let last = input ?? 'input';
  if (input === undefined && !config.layers.some(layer => layer.class_name === INPUT))
    out.push({name: last, className: INPUT, config: {}, inputs: [], isKeras3: false});
  for (const layer of config.layers) {
    const name = nameOf(layer);
    const inputs = (isSequential ? [last] : sourcesOf(layer)).map(resolved);
    const within = Model.safeParse(layer);
    if (layer.class_name === INPUT && input !== undefined) {
      aliases.set(name, input);
    } else if (within.success) {
      const inner = expanded(within.data, inputs[0]);
      out.push(...inner.layers);
      aliases.set(name, inner.output);
    } else {
      out.push(fileLayer(layer, name, inputs));
    }
    last = resolved(name);
  }
  const [output = last] = isSequential ? [last] : namesIn(config.output_layers);
  return {layers: out, output: resolved(output)};
}

function fileLayer(
  {class_name: className, config, inbound_nodes: calls = [], module}: Layer,
  name: string,
  inputs: readonly string[],
): FileLayer {
  const shared = calls.length > 1 ? {calls: calls.length} : {};
  return {
    ...{name, className, config, ...shared, isKeras3: module !== undefined},
    inputs: className === INPUT ? [] : inputs,
  };
}

function nameOf({name, config, class_name: className}: Layer): string {
  if (name !== undefined) return name;
  return typeof config['name'] === 'string' ? config['name'] : className;
}

/**
 * The layers that a layer takes when it is first called: [name, node, tensor, …] of Keras 2, tensors with their
 * history of Keras 3.
 */
function sourcesOf({inbound_nodes: [call] = []}: Layer): readonly string[] {
  return Array.isArray(call) ? call.flatMap(namesIn) : tensorsIn(call);
}

function tensorsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  const {class_name: type, config} = value as {
    class_name?: unknown;
    config?: {keras_history?: unknown};
  };
  if (type === '__keras_tensor__') return namesIn(config?.keras_history);
  return Object.values(value).flatMap(tensorsIn);
}

/** `[name, 0, 0]`, or a list of such. */
function namesIn(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  const [first] = value as unknown[];
  return typeof first === 'string' ? [first] : value.flatMap(namesIn);
}

/** Names of the layers that a layer depends on, itself included. @param layers Each after its inputs. */
export function ancestorsOf(layers: readonly FileLayer[], name: string): ReadonlySet<string> {
  const needed = new Set([name]);
  for (const layer of layers.toReversed())
    if (needed.has(layer.name)) layer.inputs.forEach(input => needed.add(input));
  return needed;
}
