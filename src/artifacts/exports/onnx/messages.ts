import {protobufEncoder} from '../../../util/protobuf.js';

/** What is used of onnx.proto3: names and numbers are its own. */
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

/** A whole model as bytes. */
export function encodedModel(content: object): Uint8Array {
  return encode('ModelProto', content);
}
