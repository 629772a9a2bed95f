import {headMetricKeys} from './metrics.js';

const START = String.raw`^([\w-]+)\.(train|validation|test)\.(loss|${headMetricKeys.join('|')}) *(>=|<=|>|<) *`;

/** The parts of an expectation: head, part, metric, comparison and value. */
export const EXPECTATION_PARTS = new RegExp(String.raw`${START}(\S+)$`);

/** What the schema accepts as an expectation. */
export const EXPECTATION = new RegExp(String.raw`${START}\d*\.?\d+(e-?\d+)?$`);
