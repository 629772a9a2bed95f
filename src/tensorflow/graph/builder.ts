import type {AttrMessage, GraphMessages} from './native.js';

/** TensorFlow's own numbers for types (types.proto). */
const dtypes = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  int64: 9,
  bool: 10,
  resource: 20,
} as const;
export type Dtype = keyof typeof dtypes;

/** One output of a node of the graph. */
export type Value = {readonly node: string; readonly output: number};

/** An attribute of a node, by its kind. */
export type Attribute =
  | {readonly type: Dtype}
  | {readonly shape: readonly number[]}
  | {readonly int: number}
  | {readonly ints: readonly number[]}
  | {readonly float: number}
  | {readonly bool: boolean}
  | {readonly text: string}
  | {
      readonly tensor: {
        readonly dtype: 'float32' | 'int32';
        readonly shape: readonly number[];
        readonly values: readonly number[] | Float32Array;
      };
    };

export type SignatureTensor = {
  readonly value: Value;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
};
/** What a graph is called with by others, and what it gives them, by name. */
type Signature = {
  readonly inputs: Readonly<Record<string, SignatureTensor>>;
  readonly outputs: Readonly<Record<string, SignatureTensor>>;
};

type FrozenArray = {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
};

type NodeOptions = {
  /** Where it is left out, a name is made from the operation. */
  readonly name?: string;
  /** Nodes that must have run before. */
  readonly after?: readonly string[];
};

/**
 * Writes a TensorFlow graph, node by node. It knows operations and attributes, and nothing of
 * models; shapes are those of TensorFlow, -1 for the batch.
 */
export class GraphBuilder {
  readonly #messages: GraphMessages;
  readonly #graph: InstanceType<GraphMessages['GraphDef']>;
  readonly #constants = new Map<string, Value>();
  #count = 0;

  constructor(messages: GraphMessages) {
    this.#messages = messages;
    this.#graph = new messages.GraphDef();
  }

  /** Adds a node; the value is its first output. */
  node(
    op: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    {name = `${op}_${this.#count++}`, after = []}: NodeOptions = {},
  ): Value {
    const node = new this.#messages.NodeDef();
    node.setName(name);
    node.setOp(op);
    for (const input of inputs) node.addInput(`${input.node}:${input.output}`);
    for (const other of after) node.addInput(`^${other}`);
    for (const [key, attribute] of Object.entries(attributes))
      node.getAttrMap().set(key, this.#attribute(attribute));
    this.#graph.addNode(node);
    return {node: name, output: 0};
  }

  /** A node whose inputs and outputs are all float32. */
  float(
    op: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.node(op, inputs, {T: {type: 'float32'}, ...attributes});
  }

  /** The same number or list is written once. */
  constant(values: number | readonly number[], dtype: 'float32' | 'int32' = 'float32'): Value {
    const list = typeof values === 'number' ? [values] : values;
    const shape = typeof values === 'number' ? [] : [values.length];
    const key = `${dtype}/${shape.join()}/${list.join()}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const made = this.node('Const', [], {
      dtype: {type: dtype},
      value: {tensor: {dtype, shape, values: list}},
    });
    this.#constants.set(key, made);
    return made;
  }

  /** Learned numbers, fixed in the graph. */
  frozen({name, shape, values}: FrozenArray): Value {
    const tensor = {dtype: 'float32', shape, values} as const;
    return this.node('Const', [], {dtype: {type: 'float32'}, value: {tensor}}, {name});
  }

  placeholder(name: string, dtype: Dtype, shape: readonly number[]): Value {
    return this.node('Placeholder', [], {dtype: {type: dtype}, shape: {shape}}, {name});
  }

  reshape(value: Value, shape: readonly number[]): Value {
    return this.float('Reshape', [value, this.constant(shape, 'int32')], {Tshape: {type: 'int32'}});
  }

  cast(value: Value, from: Dtype, to: Dtype): Value {
    return this.node('Cast', [value], {SrcT: {type: from}, DstT: {type: to}});
  }

  /** `Sum` or `Mean` over some axes. */
  reduce(op: 'Sum' | 'Mean', value: Value, axes: readonly number[], keepDimensions = false): Value {
    const axesValue = this.constant(axes, 'int32');
    return this.float(op, [value, axesValue], {
      Tidx: {type: 'int32'},
      keep_dims: {bool: keepDimensions},
    });
  }

  /** The first number of an int32 shape: how many images a batch has. */
  reduceImages(shape: Value): Value {
    const first = [
      this.constant([0], 'int32'),
      this.constant([1], 'int32'),
      this.constant([1], 'int32'),
    ];
    return this.node('StridedSlice', [shape, ...first], {
      T: {type: 'int32'},
      Index: {type: 'int32'},
      shrink_axis_mask: {int: 1},
    });
  }

  /** The graph as the bytes of a `saved_model.pb`, under the tag `serve`. */
  savedModel(signature?: Signature): Uint8Array {
    const {SavedModel, MetaGraphDef, VersionDef} = this.#messages;
    const versions = new VersionDef();
    // The version of graph semantics that TensorFlow 2.9 and 2.21 both accept.
    versions.setProducer(1087);
    this.#graph.setVersions(versions);
    const about = new MetaGraphDef.MetaInfoDef();
    about.addTags('serve');
    const metaGraph = new MetaGraphDef();
    metaGraph.setMetaInfoDef(about);
    metaGraph.setGraphDef(this.#graph);
    if (signature !== undefined)
      metaGraph.getSignatureDefMap().set('serving_default', this.#signature(signature));
    const saved = new SavedModel();
    saved.setSavedModelSchemaVersion(1);
    saved.addMetaGraphs(metaGraph);
    return saved.serializeBinary();
  }

  #signature({inputs, outputs}: Signature): object {
    const {SignatureDef, TensorInfo} = this.#messages;
    const made = new SignatureDef();
    made.setMethodName('tensorflow/serving/predict');
    const info = ({value, dtype, shape}: SignatureTensor): object => {
      const tensor = new TensorInfo();
      tensor.setName(`${value.node}:${value.output}`);
      tensor.setDtype(dtypes[dtype]);
      tensor.setTensorShape(this.#shape(shape));
      return tensor;
    };
    for (const [name, tensor] of Object.entries(inputs))
      made.getInputsMap().set(name, info(tensor));
    for (const [name, tensor] of Object.entries(outputs))
      made.getOutputsMap().set(name, info(tensor));
    return made;
  }

  #attribute(attribute: Attribute): AttrMessage {
    const message = new this.#messages.AttrValue();
    if ('type' in attribute) message.setType(dtypes[attribute.type]);
    else if ('shape' in attribute) message.setShape(this.#shape(attribute.shape));
    else if ('int' in attribute) message.setI(attribute.int);
    else if ('float' in attribute) message.setF(attribute.float);
    else if ('bool' in attribute) message.setB(attribute.bool);
    else if ('text' in attribute) message.setS(Buffer.from(attribute.text));
    else if ('ints' in attribute) message.setList(this.#ints(attribute.ints));
    else message.setTensor(this.#tensor(attribute.tensor));
    return message;
  }

  #ints(values: readonly number[]): object {
    const list = new this.#messages.AttrValue.ListValue();
    for (const value of values) list.addI(value);
    return list;
  }

  #shape(sides: readonly number[]): object {
    const {TensorShape} = this.#messages;
    const shape = new TensorShape();
    for (const side of sides) {
      const dimension = new TensorShape.Dim();
      dimension.setSize(side);
      shape.addDim(dimension);
    }
    return shape;
  }

  #tensor({dtype, shape, values}: Extract<Attribute, {tensor: unknown}>['tensor']): object {
    const tensor = new this.#messages.Tensor();
    const typed = dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
    tensor.setDtype(dtypes[dtype]);
    tensor.setTensorShape(this.#shape(shape));
    tensor.setTensorContent(new Uint8Array(typed.buffer));
    return tensor;
  }
}

/** Another output of the node that a value comes from. */
export function outputOf(value: Value, output: number): Value {
  return {node: value.node, output};
}
