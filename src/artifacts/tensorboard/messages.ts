import {protobufEncoder} from '../../util/protobuf.js';

/**
 * Encodes what is used of TensorFlow's event.proto, summary.proto and tensor.proto, of TensorBoard's
 * hparams plugin_data.proto, and of google.protobuf.Value: names and numbers are theirs.
 */
export const encoded = protobufEncoder({
  Event: {wallTime: 'double 1', step: 'int64 2', fileVersion: 'string 3', summary: 'Summary 5'},
  Summary: {value: 'repeated SummaryValue 1'},
  SummaryValue: {
    tag: 'string 1',
    simpleValue: 'optional float 2',
    tensor: 'TensorProto 8',
    metadata: 'SummaryMetadata 9',
  },
  SummaryMetadata: {pluginData: 'PluginData 1'},
  PluginData: {pluginName: 'string 1', content: 'bytes 2'},
  TensorProto: {dtype: 'int32 1', tensorShape: 'TensorShapeProto 2'},
  TensorShapeProto: {dim: 'repeated Dim 2'},
  Dim: {size: 'int64 1'},
  HParamsPluginData: {
    version: 'int32 1',
    sessionStartInfo: 'SessionStartInfo 3',
    sessionEndInfo: 'SessionEndInfo 4',
  },
  SessionStartInfo: {
    hparams: 'map<string, Value> 1',
    groupName: 'string 4',
    startTimeSecs: 'double 5',
  },
  SessionEndInfo: {status: 'int32 1', endTimeSecs: 'double 2'},
  Value: {
    numberValue: 'optional double 2',
    stringValue: 'optional string 3',
    boolValue: 'optional bool 4',
  },
});
