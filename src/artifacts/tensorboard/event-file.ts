import {closeSync, writeSync} from 'node:fs';
import path from 'node:path';
import {frameRecord} from '../../data/tfrecord/records.js';
import {makePlainFolderSync, openForAppendSync} from '../../util/safe-file.js';
import {protobufEncoder} from '../../util/protobuf.js';

/**
 * Encodes the used part of TensorFlow's event.proto, summary.proto and tensor.proto, of TensorBoard's
 * hparams plugin_data.proto, and of google.protobuf.Value.
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

/** Parts of the name of an event file, which is unique in its folder. */
export type FileOrigin = {
  readonly startedSeconds: number;
  readonly host: string;
  readonly pid: number;
};

export type SummaryValue = {readonly tag: string} & (
  {readonly simpleValue: number} | {readonly tensor: object; readonly metadata: object}
);

/**
 * An event file of TensorBoard. Writes each event in one piece, so that readers see only whole ones. A
 * process that resumes after a crash writes another file, as in TensorFlow.
 */
export class EventFile {
  readonly #descriptor: number;

  constructor(folder: string, {startedSeconds, host, pid}: FileOrigin) {
    makePlainFolderSync(folder);
    const stamp = String(Math.floor(startedSeconds)).padStart(10, '0');
    const name = `events.out.tfevents.${stamp}.${host}.${pid}.0.v2`;
    this.#descriptor = openForAppendSync(path.join(folder, name));
    this.#append({wallTime: startedSeconds, fileVersion: 'brain.Event:2'});
  }

  write(step: number, wallTime: number, value: readonly SummaryValue[]): void {
    this.#append({wallTime, step, summary: {value}});
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #append(event: object): void {
    const record = frameRecord(encoded('Event', event));
    // A nearly full disk writes a part without an error; then the next write fails.
    for (let written = 0; written < record.length;)
      written += writeSync(this.#descriptor, record, written);
  }
}
