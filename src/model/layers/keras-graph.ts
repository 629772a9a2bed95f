import * as z from 'zod';

/** A layer as a model's file describes it. */
export type FileLayer = {
  /** Unique: `relu:1` is the second call of `relu`. */
  readonly name: string;
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
  /** Names of the layers whose outputs it takes; empty for an input. */
  readonly inputs: readonly string[];
  /** The layer of the file, where the model calls it several times: they share its weights. */
  readonly shared?: {readonly name: string; readonly calls: number};
  /** Whether Keras 3 has written it. */
  readonly isKeras3: boolean;
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
type Model = z.infer<typeof Model>;

/**
 * Lists the layers of a model, each after its inputs; those of models within it in their place, and one for
 * each call of a layer.
 *
 * @param model As Keras 2, Keras 3 or tfjs describe it.
 * @throws Error where it is no sequential or functional model.
 */
export function fileGraph(model: unknown): readonly FileLayer[] {
  const parsed = Model.safeParse(model);
  if (!parsed.success) throw new Error('it is no sequential or functional model');
  const {layers} = expanded(parsed.data, undefined);
  const names = layers.map(({name}) => name);
  const twice = names.find((name, at) => names.indexOf(name) < at);
  if (twice !== undefined) throw new Error(`two of its layers are called ${twice}`);
  return inOrder(layers);
}

/** The class of what stands for a model's images. */
export const INPUT = 'InputLayer';

/** Shape of an input without the batch: null where a side may have any length; undefined where all may. */
export function inputShapeOf({
  config,
}: Pick<FileLayer, 'config'>): readonly (number | null)[] | undefined {
  const shape = config['batch_input_shape'] ?? config['batch_shape'];
  return Array.isArray(shape) ? (shape.slice(1) as (number | null)[]) : undefined;
}

type Expanded = {readonly layers: readonly FileLayer[]; readonly output: string};

/** A call of a layer: names of what it takes, and all that the file says of it. */
type Call = {readonly inputs: readonly string[]; readonly text: unknown};

/** @param input What a model within another one takes in place of its input. */
function expanded({config}: Model, input: string | undefined): Expanded {
  const isSequential = config.layers.every(layer => layer.inbound_nodes === undefined);
  const out: FileLayer[] = [];
  /** What stands for the inputs of models within, and for these models. */
  const aliases = new Map<string, string>();
  const resolved = ({name, call}: Reference): string => aliases.get(name) ?? callName(name, call);
  let last = input ?? 'input';
  if (input === undefined && !config.layers.some(isInput))
    out.push({...firstInput(config.layers), name: last});
  for (const layer of config.layers) {
    const name = nameOf(layer);
    const calls = isSequential ? [{inputs: [last], text: undefined}] : callsOf(layer, resolved);
    const within = Model.safeParse(layer);
    if (isInput(layer) && input !== undefined) {
      aliases.set(name, input);
    } else if (within.success) {
      assertSingle(name, within.data, calls.length);
      const inner = expanded(within.data, calls[0]?.inputs[0]);
      out.push(...inner.layers);
      aliases.set(name, inner.output);
    } else {
      out.push(...fileLayers(layer, name, calls));
    }
    last = resolved({name, call: 0});
  }
  const [output] = namesIn(config.output_layers);
  return {layers: out, output: isSequential || output === undefined ? last : resolved(output)};
}

function isInput(layer: Layer): boolean {
  return layer.class_name === INPUT;
}

function callsOf(layer: Layer, resolved: (reference: Reference) => string): readonly Call[] {
  const {inbound_nodes: calls = []} = layer;
  return calls.map(text => ({inputs: sourcesOf(text).map(resolved), text}));
}

/** A layer for each call. */
function fileLayers(layer: Layer, name: string, calls: readonly Call[]): readonly FileLayer[] {
  if (isInput(layer)) return [fileLayer(layer, name, {inputs: [], text: undefined})];
  const shared = calls.length > 1 ? {shared: {name, calls: calls.length}} : {};
  return calls.map((call, at) => ({...fileLayer(layer, callName(name, at), call), ...shared}));
}

/** A model within another one is written out in its place, which goes once, and along one way. */
function assertSingle(name: string, {config}: Model, calls: number): void {
  const inputs = config.layers.filter(isInput).length;
  const outputs = namesIn(config.output_layers).length;
  if (calls > 1) throw new Error(`the model ${name} within it is called ${calls} times`);
  if (inputs > 1) throw new Error(`the model ${name} within it has ${inputs} inputs`);
  if (outputs > 1) throw new Error(`the model ${name} within it has ${outputs} outputs`);
}

/** Stands for the input of a sequential model that begins with another layer, which has its shape. */
function firstInput([first]: readonly Layer[]): Omit<FileLayer, 'name'> {
  const within = Model.safeParse(first);
  const layer = within.success ? within.data.config.layers[0] : first;
  const config = {batch_input_shape: layer?.config['batch_input_shape']};
  return {className: INPUT, config, inputs: [], isKeras3: false};
}

function fileLayer(
  {class_name: className, config, module}: Layer,
  name: string,
  {inputs, text}: Call,
): FileLayer {
  const isKeras3 =
    module !== undefined || Object.hasOwn(Object(config['dtype']) as object, 'module');
  const scaling = arithmetic(config['function'] ?? className, text);
  return scaling === undefined
    ? {name, className, config, inputs, isKeras3}
    : {name, className: 'Rescaling', config: {...config, ...scaling}, inputs, isKeras3};
}

/** Each after its inputs, otherwise as they are. A layer that is called again may be before what it takes then. */
function inOrder(layers: readonly FileLayer[]): readonly FileLayer[] {
  const byName = new Map(layers.map(layer => [layer.name, layer]));
  const sorted = new Set<FileLayer>();
  const met = new Set<FileLayer>();
  const visit = (layer: FileLayer | undefined): void => {
    if (layer === undefined || met.has(layer)) return;
    met.add(layer);
    for (const input of layer.inputs) visit(byName.get(input));
    sorted.add(layer);
  };
  layers.forEach(visit);
  return [...sorted];
}

function nameOf({name, config, class_name: className}: Layer): string {
  if (name !== undefined) return name;
  return typeof config['name'] === 'string' ? config['name'] : className;
}

/** The output of one call of a layer. */
type Reference = {readonly name: string; readonly call: number};

function callName(name: string, call: number): string {
  return call === 0 ? name : `${name}:${call}`;
}

/** What a call of a layer takes: [name, call, tensor, …] of Keras 2, tensors with their history of Keras 3. */
function sourcesOf(call: unknown): readonly Reference[] {
  return Array.isArray(call) ? namesIn(call) : tensorsIn(call);
}

function tensorsIn(value: unknown): Reference[] {
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
function namesIn(value: unknown): Reference[] {
  if (!Array.isArray(value)) return [];
  const [first, call] = value as unknown[];
  if (typeof first !== 'string') return value.flatMap(namesIn);
  return [{name: first, call: typeof call === 'number' ? call : 0}];
}

type Scaling = {readonly scale: number; readonly offset: number};

/** Arithmetic, as Keras 3 and TensorFlow's functions in Keras 2 name it. */
const operations: readonly {
  readonly name: RegExp;
  readonly by: (number: number) => Scaling;
  readonly commutes?: boolean;
}[] = [
  {name: /(^|\.)add$/i, by: number => ({scale: 1, offset: number}), commutes: true},
  {name: /(^|\.)sub(tract)?$/i, by: number => ({scale: 1, offset: -number})},
  {name: /(^|\.)mul(tiply)?$/i, by: number => ({scale: number, offset: 0}), commutes: true},
  {name: /(^|\.)(true_?)?div(ide)?$/i, by: number => ({scale: 1 / number, offset: 0})},
];

/** `x + 3` is a layer: a Rescaling. undefined where it is another layer, or of two layers. */
function arithmetic(name: unknown, call: unknown): Scaling | undefined {
  const operation = operations.find(({name: pattern}) => pattern.test(String(name)));
  const [left, right] = operandsOf(call);
  if (typeof left !== 'number') return typeof right === 'number' ? operation?.by(right) : undefined;
  return operation?.commutes === true ? operation.by(left) : undefined;
}

/** What an operation takes: layers, and numbers as they are. */
function operandsOf(call: unknown): readonly unknown[] {
  if (Array.isArray(call)) {
    const [name, , , options] = call as unknown[];
    return [name, (options as {y?: unknown} | undefined)?.y];
  }
  const {args = [], kwargs = {}} = Object(call) as {
    args?: readonly unknown[];
    kwargs?: Readonly<Record<string, unknown>>;
  };
  return [...args, ...Object.values(kwargs)];
}

/** Names of the layers that a layer depends on, itself included. @param layers Each after its inputs. */
export function ancestorsOf(layers: readonly FileLayer[], name: string): ReadonlySet<string> {
  const needed = new Set([name]);
  for (const layer of layers.toReversed())
    if (needed.has(layer.name)) layer.inputs.forEach(input => needed.add(input));
  return needed;
}
