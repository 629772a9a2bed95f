import {isHeadMetric, metricFacts, type Metric} from '../experiment/metrics.js';
import type {Group} from './groups.js';
import {mean} from '../util/sum.js';

/** A metric of a group: of all heads, or the mean over its heads. NaN where it is not defined. */
export function metricOverHeads({heads, overall}: Group, metric: Metric): number {
  if (!isHeadMetric(metric)) return overall[metric].mean;
  const values = Object.values(heads).map(({metrics}) => metrics[metric].mean);
  return mean(values);
}

/** Position of the group with the best metric; -1 where it is defined for none. */
export function bestPosition(groups: readonly Group[], metric: Metric): number {
  const sign = metricFacts(metric).higherIsBetter ? 1 : -1;
  const values = groups.map(group => sign * metricOverHeads(group, metric));
  return values.indexOf(Math.max(...values.filter(value => !Number.isNaN(value))));
}
