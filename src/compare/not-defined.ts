import {isImageMetric, type HeadMetric, type Metric} from '../experiment/metrics.js';
import type {Group, GroupHead} from './groups.js';

/** A metric that is not defined for a head of a group, and why. */
export type NotDefined = {
  readonly head: string;
  readonly group: string;
  readonly metric: HeadMetric;
  readonly cause:
    | 'no image has the label 1'
    | 'no image has the label 0'
    | 'no image is predicted as 1'
    | 'a probability is not a number'
    | 'it needs two classes';
};

/** The heads of all groups for which a metric is not defined, head by head. */
export function notDefined(groups: readonly Group[], metric: Metric): NotDefined[] {
  if (!isImageMetric(metric)) return [];
  return groups.flatMap(({name, heads}) =>
    Object.entries(heads).flatMap(([head, groupHead]) =>
      Number.isNaN(groupHead.metrics[metric].mean)
        ? [{head, group: name, metric, cause: causeOf(groupHead, metric)}]
        : [],
    ),
  );
}

function causeOf({confusion, classes}: GroupHead, metric: HeadMetric): NotDefined['cause'] {
  if (classes !== undefined) return 'it needs two classes';
  const {truePositives, falsePositives, falseNegatives, trueNegatives} = confusion;
  if (metric === 'precision') return 'no image is predicted as 1';
  if (metric === 'ece' || metric === 'brier') return 'a probability is not a number';
  if (truePositives + falseNegatives === 0) return 'no image has the label 1';
  if (
    trueNegatives + falsePositives === 0 &&
    (metric === 'balancedAccuracy' || metric === 'rocAuc')
  )
    return 'no image has the label 0';
  return 'a probability is not a number';
}
