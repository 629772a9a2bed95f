import {protobufEncoder} from '../../util/protobuf.js';

/** The used part of TensorFlow's saved_model.proto and of the files that it includes. */
const encode = protobufEncoder({
  SavedModel: {savedModelSchemaVersion: 'int64 1', metaGraphs: 'repeated MetaGraphDef 2'},
  MetaGraphDef: {
    metaInfoDef: 'MetaInfoDef 1',
    graphDef: 'GraphDef 2',
    signatureDef: 'map<string, SignatureDef> 5',
  },
  MetaInfoDef: {tags: 'repeated string 4'},
  SignatureDef: {
    inputs: 'map<string, TensorInfo> 1',
    outputs: 'map<string, TensorInfo> 2',
    methodName: 'string 3',
  },
  TensorInfo: {name: 'string 1', dtype: 'int32 2', tensorShape: 'TensorShape 3'},
  GraphDef: {node: 'repeated NodeDef 1', versions: 'VersionDef 4'},
  VersionDef: {producer: 'int32 1'},
  NodeDef: {
    name: 'string 1',
    op: 'string 2',
    input: 'repeated string 3',
    attr: 'map<string, AttrValue> 5',
  },
  AttrValue: {
    list: 'ListValue 1',
    s: 'optional bytes 2',
    i: 'optional int64 3',
    f: 'optional float 4',
    b: 'optional bool 5',
    type: 'optional int32 6',
    shape: 'TensorShape 7',
    tensor: 'Tensor 8',
  },
  ListValue: {i: 'repeated int64 3'},
  TensorShape: {dim: 'repeated Dim 2', unknownRank: 'optional bool 3'},
  Dim: {size: 'int64 1'},
  Tensor: {dtype: 'int32 1', tensorShape: 'TensorShape 2', tensorContent: 'bytes 4'},
});

/** TensorFlow's numbers of types (types.proto). */
const dtypes = {
  float32: 1,
  int32: 3,
  uint8: 4,
  string: 7,
  int64: 9,
  bool: 10,
  bfloat16: 14,
  resource: 20,
} as const;
export type Dtype = keyof typeof dtypes;

/** One output of a node of the graph. */
export type Value = {readonly node: string; readonly output: number};

/** An attribute of a node, by its kind. */
export type Attribute =
  | {readonly type: Dtype}
  | {readonly shape: readonly number[] | 'any'}
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
/** Inputs and outputs of a graph, by name, for the programs that load it. */
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
  /** Default: made from the operation. */
  readonly name?: string;
  /** Nodes that must run before. */
  readonly after?: readonly string[];
};

/** A node as it is written: its inputs are values, `after` names nodes. */
export type GraphNode = {
  readonly name: string;
  readonly op: string;
  readonly inputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly after: readonly string[];
};

/**
 * Writes a TensorFlow graph, node by node. It knows operations and attributes, but no models. Shapes
 * are those of TensorFlow: -1 stands for the batch.
 */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #constants = new Map<string, Value>();
  readonly #exact = new Set<string>();
  #count = 0;

  /** Adds a node; the value is its first output. */
  node(
    op: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    {name = `${op}_${this.#count++}`, after = []}: NodeOptions = {},
  ): Value {
    this.#nodes.push({name, op, inputs, attributes, after});
    return {node: name, output: 0};
  }

  /** Adds a node whose inputs and outputs are all float32. */
  float(
    op: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): Value {
    return this.node(op, inputs, {T: {type: 'float32'}, ...attributes});
  }

  /** Gives a float32 value a name, available after other nodes have run. */
  identity(value: Value, name: string, after: readonly string[] = []): Value {
    return this.node('Identity', [value], {T: {type: 'float32'}}, {name, after});
  }

  /** Adds a constant; equal ones are written once. */
  constant(values: number | readonly number[], dtype: 'float32' | 'int32' = 'float32'): Value {
    const list = typeof values === 'number' ? [values] : values;
    const shape = typeof values === 'number' ? [] : [values.length];
    const key = `${dtype}/${shape.join()}/${list.join()}`;
    let constant = this.#constants.get(key);
    if (constant === undefined) {
      const tensor = {dtype, shape, values: list};
      constant = this.node('Const', [], {dtype: {type: dtype}, value: {tensor}});
      this.#constants.set(key, constant);
    }
    return constant;
  }

  /** Adds a weight as a constant. */
  frozen({name, shape, values}: FrozenArray): Value {
    const tensor = {dtype: 'float32', shape, values} as const;
    return this.node('Const', [], {dtype: {type: 'float32'}, value: {tensor}}, {name});
  }

  /** The node of this value stays float32 where the rest of the graph computes in bfloat16. */
  keepExact(value: Value): Value {
    this.#exact.add(value.node);
    return value;
  }

  /** Names of the nodes that stay float32. */
  get exact(): ReadonlySet<string> {
    return this.#exact;
  }

  placeholder(name: string, dtype: Dtype, shape: readonly number[]): Value {
    return this.node('Placeholder', [], {dtype: {type: dtype}, shape: {shape}}, {name});
  }

  reshape(value: Value, shape: readonly number[], dtype: Dtype = 'float32'): Value {
    const types = {T: {type: dtype}, Tshape: {type: 'int32'}} as const;
    return this.node('Reshape', [value, this.constant(shape, 'int32')], types);
  }

  /** Adds the shape of a float32 value, as int32. */
  shapeOf(value: Value): Value {
    return this.float('Shape', [value], {out_type: {type: 'int32'}});
  }

  cast(value: Value, from: Dtype, to: Dtype): Value {
    return this.node('Cast', [value], {SrcT: {type: from}, DstT: {type: to}});
  }

  /** Adds the sum or the mean over some axes. */
  reduce(
    op: 'Sum' | 'Mean' | 'Max',
    value: Value,
    axes: readonly number[],
    keepDimensions = false,
  ): Value {
    const axesValue = this.constant(axes, 'int32');
    return this.float(op, [value, axesValue], {
      Tidx: {type: 'int32'},
      keep_dims: {bool: keepDimensions},
    });
  }

  /** Takes the number of images of a batch from its shape (int32). */
  reduceImages(shape: Value): Value {
    const first = [0, 1, 1].map(at => this.constant([at], 'int32'));
    return this.node('StridedSlice', [shape, ...first], {
      T: {type: 'int32'},
      Index: {type: 'int32'},
      shrink_axis_mask: {int: 1},
    });
  }

  /**
   * Returns the graph as the bytes of a `saved_model.pb`, under the tag `serve`.
   *
   * @param rewrite Changes the nodes before they are written.
   */
  savedModel(
    signature?: Signature,
    rewrite: (nodes: readonly GraphNode[]) => readonly GraphNode[] = nodes => nodes,
  ): Uint8Array {
    const node = rewrite(this.#nodes).map(nodeMessage);
    const metaGraph = {
      metaInfoDef: {tags: ['serve']},
      // The version of graph semantics that TensorFlow 2.9 and 2.21 both accept.
      graphDef: {node, versions: {producer: 1087}},
      ...(signature && {signatureDef: {serving_default: signatureMessage(signature)}}),
    };
    return encode('SavedModel', {savedModelSchemaVersion: 1, metaGraphs: [metaGraph]});
  }
}

function nodeMessage({name, op, inputs, attributes, after}: GraphNode): object {
  const input = [
    ...inputs.map(({node, output}) => `${node}:${output}`),
    ...after.map(node => `^${node}`),
  ];
  const attr = Object.fromEntries(
    Object.entries(attributes).map(([key, attribute]) => [key, attributeMessage(attribute)]),
  );
  return {name, op, input, attr};
}

function signatureMessage({inputs, outputs}: Signature): object {
  const infos = (tensors: Signature['inputs']): object =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, {value, dtype, shape}]) => [
        name,
        {
          name: `${value.node}:${value.output}`,
          dtype: dtypes[dtype],
          tensorShape: shapeMessage(shape),
        },
      ]),
    );
  return {
    methodName: 'tensorflow/serving/predict',
    inputs: infos(inputs),
    outputs: infos(outputs),
  };
}

function attributeMessage(attribute: Attribute): object {
  if ('type' in attribute) return {type: dtypes[attribute.type]};
  if ('shape' in attribute) return {shape: shapeMessage(attribute.shape)};
  if ('int' in attribute) return {i: attribute.int};
  if ('float' in attribute) return {f: attribute.float};
  if ('bool' in attribute) return {b: attribute.bool};
  if ('text' in attribute) return {s: Buffer.from(attribute.text)};
  if ('ints' in attribute) return {list: {i: attribute.ints}};
  const {dtype, shape, values} = attribute.tensor;
  const typed = dtype === 'float32' ? Float32Array.from(values) : Int32Array.from(values);
  return {
    tensor: {
      dtype: dtypes[dtype],
      tensorShape: shapeMessage(shape),
      tensorContent: new Uint8Array(typed.buffer),
    },
  };
}

function shapeMessage(sides: readonly number[] | 'any'): object {
  return sides === 'any' ? {unknownRank: true} : {dim: sides.map(size => ({size}))};
}

/** Returns another output of the node that a value comes from. */
export function outputOf(value: Value, output: number): Value {
  return {node: value.node, output};
}
