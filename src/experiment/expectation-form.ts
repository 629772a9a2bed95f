import {headMetricKeys} from './metrics.js';

const MEASURE = String.raw`^([\w-]+)\.(train|validation|test)\.(loss|${headMetricKeys.join('|')})`;

/** What a search maximises or minimises: head, part and metric. */
export const MEASURE_PARTS = new RegExp(`${MEASURE}$`);

const START = String.raw`${MEASURE} *(>=|<=|>|<) *`;

/** The parts of an expectation: head, part, metric, comparison and value. */
export const EXPECTATION_PARTS = new RegExp(String.raw`${START}(\S+)$`);

/** What the schema accepts as an expectation. */
export const EXPECTATION = new RegExp(String.raw`${START}\d*\.?\d+(e-?\d+)?$`);
