import {protobufEncoder} from '../../../util/protobuf.js';

/** The used part of onnx.proto3. */
const encode = protobufEncoder({
  ModelProto: {
    irVersion: 'int64 1',
    producerName: 'string 2',
    graph: 'GraphProto 7',
    opsetImport: 'repeated OperatorSetIdProto 8',
  },
  OperatorSetIdProto: {domain: 'string 1', version: 'int64 2'},
  GraphProto: {
    node: 'repeated NodeProto 1',
    name: 'string 2',
    initializer: 'repeated TensorProto 5',
    input: 'repeated ValueInfoProto 11',
    output: 'repeated ValueInfoProto 12',
  },
  NodeProto: {
    input: 'repeated string 1',
    output: 'repeated string 2',
    name: 'string 3',
    opType: 'string 4',
    attribute: 'repeated AttributeProto 5',
  },
  AttributeProto: {
    name: 'string 1',
    f: 'float 2',
    i: 'int64 3',
    ints: 'repeated int64 8',
    type: 'int32 20',
  },
  TensorProto: {
    dims: 'repeated int64 1',
    dataType: 'int32 2',
    name: 'string 8',
    rawData: 'bytes 9',
  },
  ValueInfoProto: {name: 'string 1', type: 'TypeProto 2', docString: 'string 3'},
  TypeProto: {tensorType: 'Tensor 1'},
  Tensor: {elemType: 'int32 1', shape: 'TensorShapeProto 2'},
  TensorShapeProto: {dim: 'repeated Dimension 1'},
  Dimension: {dimValue: 'optional int64 1', dimParam: 'optional string 2'},
});

/** The name of a tensor in the graph. */
export type Tensor = string;

/** A whole number, a list of whole numbers, or a float. */
type Attribute = number | readonly number[] | {readonly float: number};

type Port = {
  readonly name: string;
  readonly type: keyof typeof elementTypes;
  /** Without the batch. */
  readonly shape: readonly number[];
  readonly description: string;
};

/** TensorProto.DataType */
const elementTypes = {float32: 1, uint8: 2, int64: 7} as const;
/** AttributeProto.AttributeType */
const FLOAT = 1;
const INT = 2;
const INTS = 7;
/** Versions of 2022; ONNX Runtime reads them since 1.13. */
const IR_VERSION = 8;
const OPERATOR_SET = 17;

/** Collects the nodes of an ONNX graph. The names that it makes are never those of heads. */
export class OnnxGraph {
  readonly #nodes: object[] = [];
  readonly #initializers: object[] = [];

  /** Adds an operation; returns its result. */
  node(
    opType: string,
    input: readonly Tensor[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output: Tensor = `${opType}/${this.#nodes.length}`,
  ): Tensor {
    const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
    this.#nodes.push({opType, name: `node/${output}`, input, output: [output], attribute});
    return output;
  }

  constant(values: Float32Array, dims: readonly number[]): Tensor {
    const name = `constant/${this.#initializers.length}`;
    this.#initializers.push({name, dims, dataType: elementTypes.float32, rawData: bytesOf(values)});
    return name;
  }

  /** Adds whole numbers, such as the sides of a shape. */
  integers(values: readonly number[]): Tensor {
    const name = `constant/${this.#initializers.length}`;
    const numbers = BigInt64Array.from(values, BigInt);
    const rawData = new Uint8Array(numbers.buffer);
    this.#initializers.push({
      ...{name, dims: [values.length], dataType: elementTypes.int64, rawData},
    });
    return name;
  }

  scalar(value: number): Tensor {
    return this.constant(Float32Array.of(value), []);
  }

  /** Returns the bytes of a `.onnx` file that needs no other file. */
  file(name: string, inputs: readonly Port[], outputs: readonly Port[]): Uint8Array {
    return encode('ModelProto', {
      irVersion: IR_VERSION,
      producerName: 'celeba-tui',
      opsetImport: [{domain: '', version: OPERATOR_SET}],
      graph: {
        name,
        node: this.#nodes,
        initializer: this.#initializers,
        input: inputs.map(valueInfo),
        output: outputs.map(valueInfo),
      },
    });
  }
}

function attributeOf(name: string, value: Attribute): object {
  if (typeof value === 'number') return {name, type: INT, i: value};
  if ('float' in value) return {name, type: FLOAT, f: value.float};
  return {name, type: INTS, ints: value};
}

function valueInfo({name, type, shape, description}: Port): object {
  const dim = [{dimParam: 'batch'}, ...shape.map(dimValue => ({dimValue}))];
  return {
    name,
    docString: description,
    type: {tensorType: {elemType: elementTypes[type], shape: {dim}}},
  };
}

/** Little endian, as the format requires; so is every processor that runs Node. */
function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
