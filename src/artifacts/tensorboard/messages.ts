import protobuf from 'protobufjs/light.js';

const optional = (type: string, id: number) => ({type, id});
const repeated = (type: string, id: number) => ({rule: 'repeated', type, id});

/**
 * What is used of TensorFlow's event.proto, summary.proto and tensor.proto, of TensorBoard's
 * hparams plugin_data.proto, and of google.protobuf.Value: names and numbers are theirs.
 */
const root = protobuf.Root.fromJSON({
  nested: {
    Event: {
      fields: {
        wallTime: optional('double', 1),
        step: optional('int64', 2),
        fileVersion: optional('string', 3),
        summary: optional('Summary', 5),
      },
    },
    Summary: {
      fields: {value: repeated('Value', 1)},
      nested: {
        Value: {
          fields: {
            tag: optional('string', 1),
            simpleValue: optional('float', 2),
            tensor: optional('TensorProto', 8),
            metadata: optional('SummaryMetadata', 9),
          },
          oneofs: {value: {oneof: ['simpleValue', 'tensor']}},
        },
      },
    },
    SummaryMetadata: {
      fields: {pluginData: optional('PluginData', 1)},
      nested: {
        PluginData: {fields: {pluginName: optional('string', 1), content: optional('bytes', 2)}},
      },
    },
    TensorProto: {
      fields: {dtype: optional('int32', 1), tensorShape: optional('TensorShapeProto', 2)},
    },
    TensorShapeProto: {
      fields: {dim: repeated('Dim', 2)},
      nested: {Dim: {fields: {size: optional('int64', 1)}}},
    },
    HParamsPluginData: {
      fields: {
        version: optional('int32', 1),
        sessionStartInfo: optional('SessionStartInfo', 3),
        sessionEndInfo: optional('SessionEndInfo', 4),
      },
      oneofs: {data: {oneof: ['sessionStartInfo', 'sessionEndInfo']}},
    },
    SessionStartInfo: {
      fields: {
        hparams: {keyType: 'string', type: 'Value', id: 1},
        groupName: optional('string', 4),
        startTimeSecs: optional('double', 5),
      },
    },
    SessionEndInfo: {
      fields: {status: optional('int32', 1), endTimeSecs: optional('double', 2)},
    },
    Value: {
      fields: {
        numberValue: optional('double', 2),
        stringValue: optional('string', 3),
        boolValue: optional('bool', 4),
      },
      oneofs: {kind: {oneof: ['numberValue', 'stringValue', 'boolValue']}},
    },
  },
} as protobuf.INamespace);

/** A message as bytes. */
export function encoded(type: 'Event' | 'HParamsPluginData', content: object): Uint8Array {
  return root.lookupType(type).encode(content).finish();
}
