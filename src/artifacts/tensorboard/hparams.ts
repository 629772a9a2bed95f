import {flatten, isPlain, type Leaf} from '../../experiment/flatten.js';
import type {Experiment} from '../../experiment/schema.js';
import {encoded, type SummaryValue} from './event-file.js';

const DT_FLOAT = 1;
/** TensorBoard expects a tensor beside the plugin's data. */
const EMPTY_TENSOR = {dtype: DT_FLOAT, tensorShape: {dim: [{size: 0}]}};
/** Numbers of the plugin's api.proto. */
const statuses = {success: 1, failure: 2} as const;

/** Describes a run's definition for the table of the HParams tab. */
export function sessionStart(
  experiment: Experiment,
  group: string,
  startTimeSecs: number,
): SummaryValue {
  const hparams = Object.fromEntries(
    [...hyperparameters(experiment)].map(([key, value]) => [key, protobufValue(value)]),
  );
  return summary('_hparams_/session_start_info', {
    sessionStartInfo: {hparams, groupName: group, startTimeSecs},
  });
}

export function sessionEnd(status: keyof typeof statuses, endTimeSecs: number): SummaryValue {
  return summary('_hparams_/session_end_info', {
    sessionEndInfo: {status: statuses[status], endTimeSecs},
  });
}

function summary(tag: string, data: object): SummaryValue {
  const content = encoded('HParamsPluginData', {version: 0, ...data});
  return {tag, tensor: EMPTY_TENSOR, metadata: {pluginData: {pluginName: 'hparams', content}}};
}

/** Returns every setting that influences training, by its path; lists as text. */
export function hyperparameters({data, model, training}: Experiment): Map<string, Leaf> {
  const {root: _root, ...chosen} = data;
  const listText = (list: readonly unknown[]): string =>
    isPlain(list) ? list.join(', ') : JSON.stringify(list);
  const leaves = flatten({data: chosen, model, training}, '', listText);
  return new Map(leaves.filter(([, value]) => value !== undefined && value !== null));
}

function protobufValue(value: Leaf): object {
  if (typeof value === 'number') return {numberValue: value};
  return typeof value === 'boolean' ? {boolValue: value} : {stringValue: value};
}
