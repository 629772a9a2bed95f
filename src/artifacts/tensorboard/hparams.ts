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

type Leaf = string | number | boolean;

/** Returns every setting that influences training, by its path; lists as text. */
export function hyperparameters({data, model, training}: Experiment): Map<string, Leaf> {
  const {root: _root, ...chosen} = data;
  const leaves = new Map<string, Leaf>();
  const walk = (path: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) {
      const isPlain = value.every(item => typeof item !== 'object');
      leaves.set(path, isPlain ? value.join(', ') : JSON.stringify(value));
    } else if (typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) walk(`${path}.${key}`, inner);
    } else leaves.set(path, value as Leaf);
  };
  walk('data', chosen);
  walk('model', model);
  walk('training', training);
  return leaves;
}

function protobufValue(value: Leaf): object {
  if (typeof value === 'number') return {numberValue: value};
  return typeof value === 'boolean' ? {boolValue: value} : {stringValue: value};
}
